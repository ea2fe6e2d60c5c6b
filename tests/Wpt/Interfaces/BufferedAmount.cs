namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/bufferedAmount/</c>.</summary>
public sealed class BufferedAmount
{
    [Theory, WebPlatformTest("interfaces/WebSocket/bufferedAmount/bufferedAmount-arraybuffer.html")]
    public Task Of_an_arraybuffer(Variant variant) =>
        IsCountedAsync(variant, 10, socket => socket.Send(new byte[10]), "message Binary 00000000000000000000");

    [Theory, WebPlatformTest("interfaces/WebSocket/bufferedAmount/bufferedAmount-blob.html")]
    public Task Of_a_blob(Variant variant) =>
        IsCountedAsync(variant, 10, socket => socket.Send(new ReadOnlyMemory<byte>(new byte[10]).Span), "message Binary 00000000000000000000");

    [Theory, WebPlatformTest("interfaces/WebSocket/bufferedAmount/bufferedAmount-getting.html")]
    public Task Getting(Variant variant)
    {
        string[] texts = ["x", "\u00E5", "\u5336", "\uD801\uDC7E"];
        var (sent, received) = (0, 0);
        return variant.SeesAsync(
            "/echo",
            new Acts
            {
                Open = socket => Assert.All(texts, (text, i) =>
                {
                    // The texts are 1, 2, 3 and 4 bytes long.
                    socket.Send(text);
                    Assert.Equal(sent += i + 1, socket.BufferedAmount);
                }),
                Message = (socket, _) =>
                {
                    Assert.True(socket.BufferedAmount <= (sent -= ++received), "What is back was not buffered any longer.");
                    if (received == texts.Length)
                    {
                        Assert.Equal(0, socket.BufferedAmount);
                        socket.Close();
                    }
                },
            },
            ["open", .. texts.Select(text => $"message Text {text}"), "close 1005 '' clean"]);
    }

    [Theory, WebPlatformTest("interfaces/WebSocket/bufferedAmount/bufferedAmount-initial.html")]
    public Task Initial(Variant variant) => variant.SeesAsync(
        "/", new Acts { Created = socket => Assert.Equal(0, socket.BufferedAmount) }, "error HttpStatus", "close 1006 '' not clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/bufferedAmount/bufferedAmount-large.html")]
    public Task Large(Variant variant) =>
        IsCountedAsync(variant, 65_000, socket => socket.Send(new string('x', 65_000)), "message Text of 65000 bytes");

    [Theory, WebPlatformTest("interfaces/WebSocket/bufferedAmount/bufferedAmount-unicode.html")]
    public Task Unicode(Variant variant) => IsCountedAsync(
        variant, 12, socket => socket.Send("\u00A5\u00A5\u00A5\u00A5\u00A5\u00A5"), "message Text \u00A5\u00A5\u00A5\u00A5\u00A5\u00A5");

    private static Task IsCountedAsync(Variant variant, int amount, Func<WebSocket, bool> send, string received) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                Assert.True(send(socket));
                Assert.Equal(amount, socket.BufferedAmount);
            },
            Message = (socket, _) => socket.Close(),
        },
        "open", received, "close 1005 '' clean");
}
