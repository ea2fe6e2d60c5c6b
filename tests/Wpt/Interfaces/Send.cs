namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/send/</c>.</summary>
public sealed class Send
{
    [Theory, WebPlatformTest("interfaces/WebSocket/send/003.html")]
    public Task N003_while_connecting(Variant variant) => IsTooEarlyAsync(variant, "a");

    [Theory, WebPlatformTest("interfaces/WebSocket/send/004.html")]
    public Task N004_lone_surrogates_while_connecting(Variant variant) => IsTooEarlyAsync(variant, "a\uDC00x", "a\uD800x", "a\uDC00\uD800x");

    // JavaScript's returns nothing; this one whether the message is on its way.
    [Theory, WebPlatformTest("interfaces/WebSocket/send/005.html")]
    public Task N005_what_it_returns(Variant variant) => variant.SeesAsync(
        "/echo", new Acts { Open = socket => Assert.True(socket.Send("test")), Message = (socket, _) => socket.Close() },
        "open", "message Text test", "close 1005 '' clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/send/006.html")]
    public Task N006_lone_surrogates(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts { Open = socket => socket.Send("a\uDC00xb\uD800xc\uDC00\uD800x"), Message = (socket, _) => socket.Close() },
        "open", "message Text a\uFFFDxb\uFFFDxc\uFFFD\uFFFDx", "close 1005 '' clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/send/007.html")]
    public Task N007_after_close(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                socket.Close();
                Assert.False(socket.Send("test"));
                Assert.Equal(4, socket.BufferedAmount);
            },
            Close = socket => Assert.Equal(4, socket.BufferedAmount),
        },
        "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/send/008.html")]
    public Task N008_in_the_close_event(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket => socket.Send("Goodbye"),
            Close = socket =>
            {
                Assert.False(socket.Send("test"));
                Assert.Equal(4, socket.BufferedAmount);
            },
        },
        "open", "message Text Goodbye", "close 1000 '' clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/send/009.html")]
    public Task N009_an_empty_text(Variant variant) => variant.SeesAsync(
        "/empty-message", new Acts { Open = socket => socket.Send(""), Message = (socket, _) => socket.Close() },
        "open", "message Text pass", "close 1005 '' clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/send/011.html")]
    public Task N011_combining_characters_and_those_beyond_the_BMP(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts { Open = socket => socket.Send("\u00E5 a\u030A \uD801\uDC7E"), Message = (socket, _) => socket.Close() },
        "open", "message Text \u00E5 a\u030A \uD801\uDC7E", "close 1005 '' clean");

    // JavaScript makes "null" of it; C# says that it is nothing to send.
    [Theory, WebPlatformTest("interfaces/WebSocket/send/012.html")]
    public Task N012_null(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                Assert.Throws<ArgumentNullException>(() => socket.Send((string)null!));
                socket.Close();
            },
        },
        "open", "close 1005 '' clean");

    private static Task IsTooEarlyAsync(Variant variant, params string[] texts) => variant.RunAsync(async () =>
    {
        foreach (var text in texts)
        {
            var socket = variant.Create($"/sleep_10_v13?{new Gate().Name}");
            Assert.Throws<InvalidStateErrorException>(() => socket.Send(text));
            Assert.Equal(0, socket.BufferedAmount);
            socket.Close();
            await socket.Closed.InTime();
        }
    });
}
