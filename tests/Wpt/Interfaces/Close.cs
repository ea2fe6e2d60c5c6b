namespace Switchboard.Wpt.Interfaces;

/// <summary><c>websockets/interfaces/WebSocket/close/</c>.</summary>
public sealed class Close
{
    private const string NeverOpen = "error Aborted";
    private const string Ended = "close 1006 '' not clean";

    [Theory, WebPlatformTest("interfaces/WebSocket/close/close-basic.html")]
    public Task Close_basic(Variant variant) => variant.SeesAsync("/", new Acts { Created = CloseAtOnce }, NeverOpen, Ended);

    [Theory, WebPlatformTest("interfaces/WebSocket/close/close-connecting-async.any.js")]
    public Task Close_connecting_async(Variant variant) => variant.RunAsync(async () =>
    {
        // On the pool events may come before the next line runs, but never inside of Close.
        var hasReturned = !variant.HasPage;
        var isInside = new ThreadLocal<bool>();
        var witness = variant.Watch($"/handshake_sleep_2?{new Gate().Name}", new Acts
        {
            Created = socket =>
            {
                Assert.Equal(ReadyState.Connecting, socket.ReadyState);
                isInside.Value = true;
                socket.Close();
                isInside.Value = false;
                hasReturned = true;
                Assert.NotEqual(ReadyState.Connecting, socket.ReadyState);
            },
            Error = _ => Assert.True(hasReturned && !isInside.Value),
            Close = _ => Assert.True(hasReturned && !isInside.Value),
        });
        await witness.EndAsync();
        Assert.Equal([NeverOpen, Ended], witness.Events);
    });

    [Theory, WebPlatformTest("interfaces/WebSocket/close/close-connecting.html")]
    public Task Close_connecting(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        var witness = variant.Watch($"/sleep_10_v13?{gate.Name}");
        await gate.Reached;
        Assert.Equal(ReadyState.Connecting, witness.Socket.ReadyState);

        CloseAtOnce(witness.Socket);
        await witness.EndAsync();
        Assert.Equal([NeverOpen, Ended], witness.Events);
    });

    [Theory, WebPlatformTest("interfaces/WebSocket/close/close-multiple.html")]
    public Task Close_multiple(Variant variant) => variant.SeesAsync(
        "/",
        new Acts
        {
            Created = socket =>
            {
                socket.Close();
                socket.Close();
                socket.Close();
            },
        },
        NeverOpen, Ended);

    [Theory, WebPlatformTest("interfaces/WebSocket/close/close-nested.html")]
    public Task Close_nested(Variant variant) => variant.SeesAsync(
        "/",
        new Acts
        {
            Created = CloseAtOnce,
            Close = socket =>
            {
                socket.Close();
                Assert.Equal(ReadyState.Closed, socket.ReadyState);
            },
        },
        NeverOpen, Ended);

    // It is CLOSING at once; where events run elsewhere, it may be CLOSED by the time that we look.
    private static void CloseAtOnce(WebSocket socket)
    {
        socket.Close();
        Assert.True(socket.ReadyState == ReadyState.Closing || (SynchronizationContext.Current is null && socket.ReadyState == ReadyState.Closed));
    }
}
