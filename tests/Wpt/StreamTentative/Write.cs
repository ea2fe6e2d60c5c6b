namespace Switchboard.Wpt.StreamTentative;

/// <summary><c>websockets/stream/tentative/write.any.js</c>.</summary>
public sealed class Write
{
    [Theory, WebPlatformTest("stream/tentative/write.any.js")]
    public Task That_is_not_complete_when_it_closes_says_so(Variant variant) => variant.RunAsync(async () =>
    {
        var gate = new Gate();
        await using var socket = await variant.ConnectAsync($"/close-unread?{gate.Name}");
        var goodbye = socket.SendAsync("Goodbye").AsTask();
        var big = socket.SendAsync(new byte[20 * 1024 * 1024]).AsTask();
        Assert.True(await goodbye.InTime());
        await gate.Reached;
        gate.Open();

        Assert.False(await big.InTime());
        await socket.Closed.InTime();
        Assert.False(await socket.SendAsync("word"));
    });

    [Theory, WebPlatformTest("stream/tentative/write.any.js")]
    public Task That_waits_survives_a_collection_of_garbage(Variant variant) => variant.RunAsync(async () =>
    {
        var sending = await StartAsync(variant);
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.All(await Task.WhenAll(sending).InTime(), Assert.True);

        static async Task<List<Task<bool>>> StartAsync(Variant variant)
        {
            var socket = await variant.ConnectAsync("/echo_exit");
            return [.. Enumerable.Range(0, 20).Select(_ => socket.SendAsync(new byte[100_000]).AsTask())];
        }
    });
}
