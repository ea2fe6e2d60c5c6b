using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests;

/// <summary>What transports over TCP must do besides.</summary>
public abstract class TcpListenerContractTests : ListenerContractTests
{
    [Fact]
    public async Task An_address_in_use_says_what_to_do()
    {
        await using var first = Factory.Listen(Pairs.AnyPort, 1);

        var problem = Assert.Throws<IOException>(() => Factory.Listen(first.LocalEndPoint, 1));

        Assert.Contains("another port", problem.Message, StringComparison.Ordinal);
        Assert.Contains(first.LocalEndPoint.ToString()!, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_not_ours_is_an_IOException_that_says_so()
    {
        // RFC 5737: for documentation, no machine has it.
        var problem = Assert.Throws<IOException>(() => Factory.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), 1));

        Assert.Contains("no such address", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_not_resolved()
    {
        // RFC 6761 §6.4: never resolved.
        var problem = await Assert.ThrowsAsync<NameResolutionException>(() => ConnectAsync(new DnsEndPoint("nobody.invalid", 80)));

        Assert.Contains("nobody.invalid", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_can_be_cancelled_while_it_is_under_way()
    {
        // Nobody accepts here and the queue is full, so who knocks gets no answer.
        using var deaf = new Socket(SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        deaf.Listen(0);
        var crowd = Enumerable.Range(0, 8).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        var knocking = crowd.Select(socket => socket.ConnectAsync(deaf.LocalEndPoint!)).ToList();
        await Eventually.IsTrue(() => knocking.Any(knock => knock.IsCompletedSuccessfully));
        using var cancellation = new CancellationTokenSource();

        var connecting = Enumerable.Range(0, 20).Select(_ => Factory.ConnectAsync(deaf.LocalEndPoint!, cancellation.Token).AsTask()).ToArray();
        await cancellation.CancelAsync();

        foreach (var one in connecting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.InTime());
        }

        crowd.ForEach(socket => socket.Dispose());
        await Task.WhenAll(knocking).ContinueWith(static _ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_listener_at_any_address_tells_which_one_was_called()
    {
        await using var listener = Factory.Listen(new IPEndPoint(IPAddress.Any, 0), 1);
        var accepted = new TaskCompletionSource<ITransport>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Start(accepted.SetResult);

        var client = await ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), PortOf(listener)));

        using var pair = new TransportPair(client, await accepted.Task.InTime());
        Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.2"), PortOf(listener)), pair.Right.LocalEndPoint);
    }

    [Fact]
    public async Task A_listener_for_both_families_accepts_from_both()
    {
        await using var listener = Factory.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), 16);
        listener.Start(static transport => transport.Start(new Echo(transport)));

        await IsEchoed(await ConnectAsync(new IPEndPoint(IPAddress.Loopback, PortOf(listener))));
        await IsEchoed(await ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, PortOf(listener))));
    }

    [Fact]
    public async Task Accepting_outlives_clients_that_are_gone_at_once()
    {
        var accepted = 0;
        await using var listener = Factory.Listen(Pairs.AnyPort, 512);
        listener.Start(_ => Interlocked.Increment(ref accepted));

        for (var i = 0; i < 200; i++)
        {
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var connecting = client.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken).AsTask();
            client.Close(0);
            await connecting.ContinueWith(static _ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        var before = Volatile.Read(ref accepted);
        var last = await ConnectAsync(listener.LocalEndPoint);
        await Eventually.IsTrue(() => Volatile.Read(ref accepted) > before);
        last.Abort();
    }
}
