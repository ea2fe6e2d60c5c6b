using System.Net;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Transports.Memory;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Memory;

public sealed class MemoryNetworkTests
{
    [Fact]
    public async Task Split_decides_how_many_bytes_arrive_together()
    {
        var sizes = new List<int>();
        var connected = await MemoryPairs.ConnectAsync(new MemoryNetwork { Split = static _ => 1 });
        var pair = connected with { AtRight = new Recorder { WhenReceived = bytes => sizes.Add(bytes.Length) } };
        pair.Start();

        pair.Left.Send([1, 2, 3, 4, 5]);

        await Eventually.IsTrue(() => pair.AtRight.Batches == 5);
        Assert.Equal([1, 2, 3, 4, 5], pair.AtRight.Bytes);
        Assert.Equal([1, 1, 1, 1, 1], sizes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Split_beyond_what_is_there_means_all_of_it_and_below_one_means_one()
    {
        var answers = new Queue<int>([-7, int.MaxValue]);
        using var pair = (await MemoryPairs.ConnectAsync(new MemoryNetwork { Split = _ => answers.Dequeue() })).Start();

        pair.Left.Send([1, 2, 3]);

        await Eventually.IsTrue(() => pair.AtRight.Length == 3);
        Assert.Empty(answers);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Delay_holds_bytes_back_until_the_clock_says_so()
    {
        var clock = new FakeTimeProvider();
        var network = new MemoryNetwork(clock) { Delay = TimeSpan.FromSeconds(3) };
        using var pair = (await MemoryPairs.ConnectAsync(network)).Start();
        pair.Left.Send([1]);
        clock.Advance(TimeSpan.FromSeconds(2));
        pair.Left.Send([2]);
        Assert.Equal(0, pair.AtRight.Length);

        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrue(() => pair.AtRight.Length == 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1], pair.AtRight.Bytes);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrue(() => pair.AtRight.Length == 2);

        pair.Left.Shutdown();
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, pair.AtRight.ClosedCount);
        clock.Advance(TimeSpan.FromSeconds(1));
        await pair.AtRight.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Cut_resets_both_ends_at_once()
    {
        var network = new MemoryNetwork();
        using var pair = (await MemoryPairs.ConnectAsync(network)).Start();

        Assert.Single(network.Links).Cut();

        await Task.WhenAll(pair.AtLeft.Closed, pair.AtRight.Closed).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.IsType<IOException>(pair.AtLeft.Fault);
        Assert.IsType<IOException>(pair.AtRight.Fault);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task On_a_silent_line_nothing_arrives_until_it_recovers()
    {
        var network = new MemoryNetwork();
        using var pair = (await MemoryPairs.ConnectAsync(network)).Start();
        var link = Assert.Single(network.Links);
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Length == 1);

        link.FallSilent();
        pair.Left.Send([2]);
        pair.Right.Send([3]);
        pair.Left.Shutdown();
        Assert.Equal((0L, 1L, 0), (pair.AtLeft.Length, pair.AtRight.Length, pair.AtRight.ClosedCount));

        link.Recover();
        await pair.AtRight.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2], pair.AtRight.Bytes);
        await Eventually.IsTrue(() => pair.AtLeft.Length == 1);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task On_a_silent_line_an_abort_is_not_told_to_the_peer_until_it_recovers()
    {
        var network = new MemoryNetwork();
        using var pair = (await MemoryPairs.ConnectAsync(network)).Start();
        var link = Assert.Single(network.Links);
        link.FallSilent();

        Recorder.Call(pair.Left.Abort);

        await pair.AtLeft.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, pair.AtRight.ClosedCount);
        link.Recover();
        await pair.AtRight.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Capacity_is_what_may_be_under_way_before_the_sender_waits()
    {
        using var pair = await MemoryPairs.ConnectAsync(new MemoryNetwork { Capacity = 10 });
        pair.Left.Send(Pattern.Of(25));
        Assert.Equal(15, pair.Left.Unsent);

        pair.Start();

        await Eventually.IsTrue(() => pair.AtRight.Length == 25 && pair.AtLeft.SentCount > 0);
        Assert.Equal(0, pair.Left.Unsent);
        Assert.Equal(Pattern.Of(25), pair.AtRight.Bytes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_port_is_taken_once_and_free_again_after()
    {
        var network = new MemoryNetwork();
        var endPoint = new IPEndPoint(IPAddress.Loopback, 80);
        var listener = network.Listen(endPoint, 1);

        Assert.Throws<IOException>(() => network.Listen(endPoint, 1));
        await listener.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => network.ConnectAsync(endPoint, TestContext.Current.CancellationToken).AsTask());

        await using var again = network.Listen(endPoint, 1);
        Assert.Equal(80, ((IPEndPoint)again.LocalEndPoint).Port);
    }

    [Fact]
    public async Task Connections_made_before_the_listener_starts_wait_for_it()
    {
        var network = new MemoryNetwork();
        await using var listener = network.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        await network.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        await network.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        var accepted = new List<ITransport>();

        listener.Start(accepted.Add);

        Assert.Equal(2, accepted.Count);
        Assert.Equal(2, network.Links.Count);
    }
}
