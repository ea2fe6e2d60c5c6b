namespace Switchboard.Wpt.StreamTentative;

/// <summary><c>websockets/stream/tentative/backpressure-*.any.js</c>: who does not read slows the other side down.</summary>
public sealed class Backpressure
{
    private const int Messages = 16;

    [Theory, WebPlatformTest("stream/tentative/backpressure-receive.any.js")]
    public Task Of_what_is_received(Variant variant) => variant.RunAsync(async () =>
    {
        // The gate is reached when the system has taken all 16 MiB: more than it holds for a client that reads nothing.
        var gate = new Gate();
        await using var socket = await variant.ConnectAsync($"/send-backpressure?{gate.Name}");
        await using var reader = socket.Messages.GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync().InTime());
        await Task.Delay(100);
        Assert.False(gate.IsReached);

        for (var i = 1; i < Messages; i++)
        {
            Assert.True(await reader.MoveNextAsync().InTime());
        }

        await gate.Reached;
        gate.Open();
        Assert.True(await reader.MoveNextAsync().InTime());
        Assert.Equal("sent", reader.Current.Text);
    });

    [Theory, WebPlatformTest("stream/tentative/backpressure-send.any.js")]
    public Task Of_what_is_sent(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        await using var socket = await variant.ConnectAsync($"/receive-backpressure?{gate.Name}");
        await socket.SendAsync("and now it reads no more");
        await gate.Reached;

        var sending = socket.SendAsync(new byte[16 * 1024 * 1024]).AsTask();
        await Task.Delay(100);
        Assert.False(sending.IsCompleted);

        gate.Open();
        Assert.True(await sending.InTime());
    });
}
