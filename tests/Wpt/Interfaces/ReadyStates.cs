namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/readyState/</c>.</summary>
public sealed class ReadyStates
{
    [Theory, WebPlatformTest("interfaces/WebSocket/readyState/001.html")]
    public Task N001_connecting(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = variant.Create($"/sleep_10_v13?{new Gate().Name}");
        Assert.Equal(ReadyState.Connecting, socket.ReadyState);
        socket.Close();
        await socket.Closed.InTime();
    });

    [Theory, WebPlatformTest("interfaces/WebSocket/readyState/006.html")]
    public Task N006_open(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                Assert.Equal(ReadyState.Open, socket.ReadyState);
                socket.Close();
            },
        },
        "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/readyState/007.html")]
    public Task N007_closing(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts
        {
            Open = socket =>
            {
                socket.Close();
                Assert.Equal(ReadyState.Closing, socket.ReadyState);
            },
        },
        "open", "close 1005 '' clean");

    [Theory, WebPlatformTest("interfaces/WebSocket/readyState/008.html")]
    public Task N008_closed(Variant variant) => variant.SeesAsync(
        "/echo",
        new Acts { Open = socket => socket.Close(), Close = socket => Assert.Equal(ReadyState.Closed, socket.ReadyState) },
        "open", "close 1005 '' clean");
}
