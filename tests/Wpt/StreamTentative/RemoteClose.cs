namespace Switchboard.Wpt.StreamTentative;

/// <summary><c>websockets/stream/tentative/remote-close.any.js</c>.</summary>
public sealed class RemoteClose
{
    [Theory, WebPlatformTest("stream/tentative/remote-close.any.js")]
    public Task Ends_the_messages_and_refuses_what_is_sent(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = await variant.ConnectAsync("/remote-close?code=1000");
        await socket.Closed.InTime();
        Assert.Equal((true, CloseCode.NormalClosure, ""), (socket.WasClean, socket.CloseCode, socket.CloseReason));
        Assert.Null(await socket.NextAsync());
        Assert.False(await socket.SendAsync("too late"));
    });

    [Theory, WebPlatformTest("stream/tentative/remote-close.any.js")]
    public Task Without_a_body(Variant variant) => EndsAsync(variant, "", clean: true, 1005, "");

    [Theory, WebPlatformTest("stream/tentative/remote-close.any.js")]
    public Task With_a_reason(Variant variant) => EndsAsync(variant, "?code=4000&reason=robot", clean: true, 4000, "robot");

    [Theory, WebPlatformTest("stream/tentative/remote-close.any.js")]
    public Task With_a_reason_that_is_not_ASCII(Variant variant) =>
        EndsAsync(variant, "?code=4000&reason=%E3%83%AD%E3%83%9C%E3%83%83%E3%83%88", clean: true, 4000, "\u30ED\u30DC\u30C3\u30C8");

    // The browser's stream calls this unclean; the closing handshake is done, so WasClean says so, and the send that it was not.
    [Theory, WebPlatformTest("stream/tentative/remote-close.any.js")]
    public Task What_was_not_written_by_then_is_not_sent(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        await using var socket = await variant.ConnectAsync($"/close-unread?{gate.Name}");
        var sending = socket.SendAsync(new byte[20 * 1024 * 1024]).AsTask();
        await gate.Reached;
        Assert.False(sending.IsCompleted);
        gate.Open();
        Assert.False(await sending.InTime());
        await socket.Closed.InTime();
    });

    [Theory, WebPlatformTest("stream/tentative/remote-close.any.js")]
    public Task That_is_there_first_decides(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = await variant.ConnectAsync("/remote-close?code=4222&reason=remote");
        await Eventually.IsTrue(() => socket.ReadyState != ReadyState.Open);
        await socket.CloseAsync((CloseCode)4111, "local").InTime();
        Assert.Equal(((CloseCode)4222, "remote"), (socket.CloseCode, socket.CloseReason));
    });

    [Theory, WebPlatformTest("stream/tentative/remote-close.any.js")]
    public Task That_is_abrupt_says_why(Variant variant) => variant.RunAsync(async () =>
    {
        var socket = await variant.ConnectAsync("/remote-close?abrupt=1");
        await socket.SendAsync("now");
        await socket.Closed.InTime();
        Assert.Equal((false, CloseCode.AbnormalClosure), (socket.WasClean, socket.CloseCode));
        Assert.Equal(FailureKind.ConnectionLost, socket.Failure?.Kind);
        Assert.Null(await socket.NextAsync());
        Assert.False(await socket.SendAsync("too late"));
    });

    private static Task EndsAsync(Variant variant, string query, bool clean, int code, string reason) => variant.RunAsync(async () =>
    {
        var socket = await variant.ConnectAsync($"/remote-close{query}");
        await socket.Closed.InTime();
        Assert.Equal((clean, (CloseCode)code, reason), (socket.WasClean, socket.CloseCode, socket.CloseReason));
    });
}
