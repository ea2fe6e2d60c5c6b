namespace Switchboard.Wpt.StreamTentative;

/// <summary>
/// <c>websockets/stream/tentative/close.any.js</c>. The writable's end is the socket's: closing it is <c>Close()</c>, and aborting a
/// stream with a code is <c>Close(code, reason)</c>, which says what is wrong instead of ignoring it.
/// </summary>
public sealed class Close
{
    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task With_a_code_and_a_reason(Variant variant) =>
        EndsAsync(variant, socket => socket.CloseAsync((CloseCode)3456, "pizza"), 3456, "pizza");

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task Without_a_code(Variant variant) => EndsAsync(variant, CloseAsync, 1005, "");

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task With_a_code_and_no_reason(Variant variant) => EndsAsync(variant, socket => socket.CloseAsync((CloseCode)3333), 3333, "");

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task With_a_reason_and_no_code(Variant variant) => EndsAsync(variant, socket => socket.CloseAsync(reason: "non-empty"), 1000, "non-empty");

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task With_a_reason_that_is_too_long(Variant variant) => variant.RunAsync(async () =>
    {
        await using var socket = await variant.ConnectAsync("/echo-close");
        Assert.Throws<SyntaxErrorException>(() => socket.Close(1000, new string('.', 124)));
        Assert.Equal(ReadyState.Open, socket.ReadyState);
    });

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task With_an_invalid_code(Variant variant) => variant.RunAsync(async () =>
    {
        await using var socket = await variant.ConnectAsync("/echo-close");
        Assert.All([999, 1001, 2999, 5000], code => Assert.Throws<InvalidAccessErrorException>(() => socket.Close(code)));
        Assert.Equal(ReadyState.Open, socket.ReadyState);
    });

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task During_the_handshake(Variant variant) => variant.SeesAsync(
        $"/handshake_sleep_2?{new Gate().Name}", new Acts { Created = socket => socket.Close() }, "error Aborted", "close 1006 '' not clean");

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task Disposing_is_a_clean_close(Variant variant) => EndsAsync(variant, socket => socket.DisposeAsync().AsTask(), 1005, "");

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task Is_complete_when_the_handshake_is(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        var socket = await variant.ConnectAsync($"/delayed-passive-close?{gate.Name}");
        var closing = socket.CloseAsync();
        await gate.Reached;
        Assert.False(closing.IsCompleted);

        gate.Open();
        await closing.InTime();
        Assert.True(socket.WasClean);
    });

    [Theory, WebPlatformTest("stream/tentative/close.any.js")]
    public Task That_is_not_answered_is_not_clean(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = await variant.ConnectAsync("/passive-close-abort");
        await socket.CloseAsync().InTime();
        Assert.Equal((false, CloseCode.AbnormalClosure), (socket.WasClean, socket.CloseCode));
    });

    private static Task CloseAsync(WebSocket socket)
    {
        socket.Close();
        return socket.Closed;
    }

    private static Task EndsAsync(Variant variant, Func<WebSocket, Task> close, int code, string reason) => variant.RunAsync(async () =>
    {
        var socket = await variant.ConnectAsync("/echo-close");
        await close(socket).InTime();
        Assert.Equal((true, (CloseCode)code, reason), (socket.WasClean, socket.CloseCode, socket.CloseReason));
    });
}
