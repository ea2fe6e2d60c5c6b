using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Epoll;

/// <summary>Loops of a factory's own: how many there are, who is on them, and how they end.</summary>
[SupportedOSPlatform("linux")]
public sealed class EpollFactoryTests
{
    [Fact]
    public void Options_are_judged()
    {
        Assert.Throws<ArgumentNullException>(() => new EpollTransportFactory(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpollTransportFactory(new EpollOptions { Loops = -1 }));
        Assert.Same(EpollTransportFactory.Shared, EpollTransportFactory.Shared);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Connections_are_spread_over_the_loops(int loops)
    {
        using var factory = new EpollTransportFactory(new EpollOptions { Loops = loops });
        Assert.Equal(Enumerable.Repeat(0, loops), factory.Connections);
        await using var listener = factory.Listen(Pairs.AnyPort, 64);
        listener.Start(static transport => transport.Start(new Echo(transport)));
        var recorders = new List<Recorder>();
        for (var i = 0; i < 30; i++)
        {
            var client = await factory.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
            var recorder = new Recorder();
            recorders.Add(recorder);
            client.Start(recorder);
            client.Send([1]);
            await Eventually.IsTrue(() => recorder.Length == 1);
        }

        Assert.Equal(60, factory.Connections.Sum());
        Assert.All(factory.Connections, count => Assert.InRange(count, (60 / loops) - 2, (60 / loops) + 2));
    }

    [Fact]
    public async Task Disposing_cuts_who_is_there_and_tells_them()
    {
        var factory = new EpollTransportFactory(new EpollOptions { Loops = 2 });
        var pairs = new List<TransportPair>();
        for (var i = 0; i < 10; i++)
        {
            pairs.Add((await Pairs.ConnectAsync(factory, factory)).Start());
        }

        var unstarted = await Pairs.ConnectAsync(factory, factory);

        factory.Dispose();
        factory.Dispose();

        await Task.WhenAll(pairs.SelectMany(pair => new[] { pair.AtLeft.Closed, pair.AtRight.Closed })).InTime();
        pairs.ForEach(pair => pair.EndAndCheck());

        // Who was not started yet had no loop to miss.
        unstarted.Start();
        unstarted.Left.Abort();
        unstarted.Right.Abort();
        await Task.WhenAll(unstarted.AtLeft.Closed, unstarted.AtRight.Closed).InTime();
        await Eventually.IsTrue(() => factory.Connections.Sum() == 0);
    }

    [Fact]
    public async Task Disposing_twice_wakes_no_stranger()
    {
        var factory = new EpollTransportFactory(new EpollOptions { Loops = 1 });
        using var pair = (await Pairs.ConnectAsync(factory, factory)).Start();
        factory.Dispose();
        await pair.AtLeft.Closed.InTime();

        // What was a wakeup's descriptor may be anybody's by now, who would be written to.
        var strangers = new List<Socket>();
        var others = new List<Socket>();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        for (var i = 0; i < 64; i++)
        {
            var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await stranger.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
            strangers.Add(stranger);
            others.Add(await listener.AcceptAsync(TestContext.Current.CancellationToken));
        }

        factory.Dispose();

        // Each end closes, so that the other one has read all that there is.
        foreach (var (stranger, other) in strangers.Zip(others))
        {
            stranger.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await other.ReceiveAsync(new byte[16], TestContext.Current.CancellationToken));
            other.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await stranger.ReceiveAsync(new byte[16], TestContext.Current.CancellationToken));
            stranger.Dispose();
            other.Dispose();
        }
    }

    [Fact]
    public async Task After_the_end_nobody_waits_for_ever()
    {
        var factory = new EpollTransportFactory(new EpollOptions { Loops = 1 });
        var listening = factory.Listen(Pairs.AnyPort, 16);
        var other = factory.Listen(Pairs.AnyPort, 16);
        using var pair = (await Pairs.ConnectAsync(factory, listening)).Start();

        factory.Dispose();

        await pair.AtLeft.Closed.InTime();
        await listening.DisposeAsync().AsTask().InTime();
        await other.DisposeAsync().AsTask().InTime();
        await Assert.ThrowsAnyAsync<Exception>(
            () => factory.ConnectAsync(listening.LocalEndPoint, TestContext.Current.CancellationToken).AsTask().InTime());
        await using var again = factory.Listen(listening.LocalEndPoint, 16);
        Assert.Equal(listening.LocalEndPoint, again.LocalEndPoint);
    }

    [Fact]
    public async Task A_socket_that_is_adopted_is_a_connection_like_any_other()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var accepted = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var remote = accepted.RemoteEndPoint;

        var transport = EpollTransportFactory.Shared.Adopt(accepted.SafeHandle);
        transport.Start(new Echo(transport));

        Assert.Equal(remote, transport.RemoteEndPoint);
        Assert.Equal(listener.LocalEndpoint, transport.LocalEndPoint);
        Assert.True(accepted.SafeHandle.IsClosed);
        var buffer = new byte[3];
        await client.GetStream().WriteAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
        await client.GetStream().ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], buffer);
        accepted.Dispose();
        await client.GetStream().WriteAsync(new byte[] { 4 }, TestContext.Current.CancellationToken);
        Assert.Equal(1, await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken));
        transport.Abort();
    }
}
