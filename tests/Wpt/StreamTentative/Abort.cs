namespace Switchboard.Wpt.StreamTentative;

/// <summary><c>websockets/stream/tentative/abort.any.js</c>: the signal is a <see cref="CancellationToken"/>.</summary>
public sealed class Abort
{
    [Theory, WebPlatformTest("stream/tentative/abort.any.js")]
    public Task Before_the_construction_there_is_no_connection(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => variant.ConnectAsync($"/handshake_sleep_2?{gate.Name}", cancellationToken: new CancellationToken(canceled: true)));
        Assert.False(gate.IsReached);
    });

    [Theory, WebPlatformTest("stream/tentative/abort.any.js")]
    public Task During_the_handshake_it_ends_the_connection(Variant variant) => variant.RunAsync(async () =>
    {
        using var cancel = new CancellationTokenSource();
        var gate = new Gate();
        var connecting = variant.ConnectAsync($"/handshake_sleep_2?{gate.Name}", cancellationToken: cancel.Token);
        await gate.Reached;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTime());
    });

    [Theory, WebPlatformTest("stream/tentative/abort.any.js")]
    public Task After_the_connection_it_does_nothing(Variant variant) => variant.RunAsync(async () =>
    {
        using var cancel = new CancellationTokenSource();
        await using var socket = await variant.ConnectAsync("/echo", cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        Assert.True(await socket.SendAsync("connected"));
        Assert.Equal("connected", (await socket.NextAsync())?.Text);
    });
}
