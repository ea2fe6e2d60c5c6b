using System.Diagnostics;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Hostile;

/// <summary>How connections end, and what peers can hold up who do not keep their part.</summary>
[Collection(nameof(Alone))]
public sealed class HostileLifecycleTests
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Fleck_113_OnClose_is_raised_once_however_it_ends(string role, string way, CloseCode code)
    {
        await using var victim = await Victim.StartAsync(role);

        switch (way)
        {
            case "close":
                victim.Peer.Send(Frame.Close(4000));
                break;
            case "close twice":
                victim.Peer.Send(Frame.Close(4000), Frame.Close(4001));
                break;
            case "FIN":
                victim.Peer.Shutdown();
                break;
            case "RST":
                victim.Peer.Abort();
                break;
            case "half a frame, FIN":
                victim.Peer.Send(victim.FrameOf(0x82, new byte[100])[..50]);
                victim.Peer.Shutdown();
                break;
            case "breach":
                victim.Peer.Send(victim.FrameOf(0x83, []));
                break;
            case "breach, RST":
                victim.Peer.Send(victim.FrameOf(0x83, []));
                victim.Peer.Abort();
                break;
            case "our abort":
                victim.Ours.Abort();
                break;
            case "our close, FIN":
                victim.Ours.Close(CloseCode.NormalClosure);
                victim.Peer.Shutdown();
                break;
            default:
                Parallel.Invoke(
                    victim.Ours.Abort, () => victim.Ours.Close(), victim.Peer.Abort, () => victim.Peer.Send(Frame.Close(4000)), victim.Peer.Shutdown);
                break;
        }

        if (way is "close" or "close twice" or "breach")
        {
            victim.Peer.Shutdown();
        }

        var (told, _) = await victim.Ending.First;
        if (code != default)
        {
            Assert.Equal(code, told);
        }

        await victim.Ours.Closed.InTime();
        victim.Ours.Abort();
        victim.Ours.Close();
        await victim.OtherIsServedAsync();
        Assert.Equal(1, victim.Ending.Count);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public async Task Fleck_113_OnClose_is_raised_once_at_the_close_timeout_and_at_the_ping_timeout(string role)
    {
        foreach (var isClosing in new[] { true, false })
        {
            await using var test = TestServer.Start((ServerWebSocket _) => { });
            await using var client = new WebSocket(
                $"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network, TimeProvider = test.Clock, CloseTimeout = TimeSpan.FromSeconds(5) });
            await client.IsOpen();
            await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
            WebSocketConnection ours = role == "server" ? test.Server.Clients.Single() : client;
            var ending = Ending.Of(ours);
            Assert.Single(test.Network.Links).FallSilent();
            if (isClosing)
            {
                ours.Close(CloseCode.NormalClosure);
            }

            await test.Clock.PassUntil(() => ending.Count > 0);

            Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
            test.Pass(60);
            Assert.Equal(1, ending.Count);
        }
    }

    [Fact]
    public async Task Fleck_113_OnClose_is_raised_once_when_the_server_stops()
    {
        var endings = new List<Ending>();
        var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", CloseTimeout = TimeSpan.FromMilliseconds(100) });
        server.OnConnection += (socket, _) =>
        {
            lock (endings)
            {
                endings.Add(Ending.Of(socket));
            }
        };
        server.Start();
        var peers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RawPeer.OpenAsync(Transports.Sockets.SocketTransportFactory.Instance, server.Port)));
        await Eventually.IsTrue(() => server.Clients.Count == peers.Length);

        // None of them answers; they are cut.
        await server.StopAsync(TestContext.Current.CancellationToken).InTime();
        await server.DisposeAsync();

        Assert.Equal(peers.Length, endings.Count);
        Assert.All(endings, ending => Assert.Equal(1, ending.Count));
    }

    [Theory]
    [InlineData(BacklogPolicy.Close)]
    [InlineData(BacklogPolicy.Drop)]
    public async Task Aspnetcore_44943_a_client_that_never_reads_is_bounded_and_then_the_policy_holds(BacklogPolicy policy)
    {
        var budget = new MemoryBudget();
        await using var test = TestServer.Start(
            socket => socket.OnMessage += message => socket.Send(message),
            new WebSocketServerOptions { BacklogPolicy = policy, MaxBacklogBytes = Mebibyte, Memory = budget, Compression = null });
        var other = await test.OpenAsync();
        var peer = await RawPeer.OpenPausedAsync(test.Network, test.Server.Port);
        await Eventually.IsTrue(() => test.Server.Clients.Count == 2);
        var socket = test.Server.Clients.MaxBy(client => client.Id)!;
        var ending = Ending.Of(socket);
        var news = new byte[10_000];
        var (taken, refused) = (0, 0);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // A gigabyte.
        for (var i = 0; i < 100_000; i++)
        {
            _ = socket.Send(news) ? taken++ : refused++;
            Assert.InRange(socket.BufferedAmount, 0, Mebibyte + 64 * 1024);
        }

        Assert.InRange(taken, 90, 130);
        Assert.Equal(100_000, taken + refused);
        Assert.InRange(budget.PinnedBytes, 0, 2 * Mebibyte);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 * Mebibyte);
        if (policy == BacklogPolicy.Close)
        {
            Assert.True(test.Log.Has(1002));
            test.Pass(7);
            Assert.Equal(CloseCode.TryAgainLater, (await ending.First).Code);
            peer.Abort();
        }
        else
        {
            // What was taken is not lost.
            Assert.Equal((0, ReadyState.Open), (ending.Count, socket.ReadyState));
            peer.ReadOn();
            for (var i = 0; i < taken; i++)
            {
                Assert.Equal(news.Length, (await peer.NextAsync())!.Payload.Length);
            }

            await Eventually.IsTrue(() => socket.BufferedAmount == 0);
            Assert.True(socket.Send("again"));
            Assert.Equal("again", await peer.NextTextAsync());
        }

        other.Send(Frame.OfText("still here"));
        Assert.Equal("still here", await other.NextTextAsync());
        await Eventually.IsTrue(() => budget.PinnedBytes == 0);
    }

    [Fact]
    public async Task Aspnetcore_44943_a_server_that_never_reads_is_bounded_and_then_closed()
    {
        var network = new MemoryNetwork();
        using var listener = new Unread(network);
        var budget = new MemoryBudget();
        var client = new WebSocket(
            $"ws://localhost:{listener.Port}/", new WebSocketClientOptions { Transport = network, MaxBacklogBytes = Mebibyte, Compression = null, Memory = budget, CloseTimeout = TimeSpan.FromMilliseconds(100) });
        var ending = Ending.Of(client);
        await client.IsOpen();
        var taken = 0;

        while (client.Send(new byte[10_000]))
        {
            taken++;
            Assert.InRange(client.BufferedAmount, 0, Mebibyte + 64 * 1024);
        }

        Assert.InRange(taken, 90, 130);
        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        await Eventually.IsTrue(() => budget.PinnedBytes == 0);
    }

    [Theory]
    [InlineData(HandlerThread.Transport)]
    [InlineData(HandlerThread.ThreadPool)]
    public async Task Mesop_advisory_a_burst_of_messages_needs_no_more_threads(HandlerThread thread)
    {
        const int Messages = 200_000;
        const int Connections = 20;
        var received = 0;
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", HandlersRunOn = thread });
        server.OnConnection += (socket, _) => socket.OnMessage += _ => Interlocked.Increment(ref received);
        server.Start();
        var clients = Enumerable.Range(0, Connections).Select(_ => BlockingClient.Open(server.Port)).ToList();
        var burst = Enumerable.Repeat(Frame.OfText("burst").ToBytes(isMasked: true), Messages / Connections).SelectMany(frame => frame).ToArray();
        var before = Threads();
        var most = before;

        var sending = new Thread(() => clients.ForEach(client => client.Send(burst)));
        sending.Start();
        await Eventually.IsTrue(() =>
        {
            most = Math.Max(most, Threads());
            return Volatile.Read(ref received) == Messages;
        });
        sending.Join();

        // The sender is one of them; the pool has some of its own accord, and never one for a message or a connection's burst.
        Assert.InRange(most, 0, before + 16);
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public async Task Dead_peers_whose_packets_are_dropped_are_found_by_ping_within_the_timeout(string role)
    {
        await using var test = TestServer.Start((ServerWebSocket _) => { });
        await using var client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network, TimeProvider = test.Clock });
        await client.IsOpen();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        WebSocketConnection ours = role == "server" ? test.Server.Clients.Single() : client;
        var ending = Ending.Of(ours);
        Assert.Single(test.Network.Links).FallSilent();

        test.Pass(44);
        Assert.Equal((0, ReadyState.Open), (ending.Count, ours.ReadyState));
        await test.Clock.PassUntil(() => ending.Count > 0);

        Assert.Equal(CloseCode.AbnormalClosure, (await ending.First).Code);
        Assert.Equal(1, ending.Count);
    }

    [Fact]
    public async Task Aspnetcore_26482_a_graceful_stop_says_1001_and_waits_and_nobody_sees_1006()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1" });
        var finished = 0;
        server.OnConnection += (socket, _) => socket.OnMessageAsync += async _ =>
        {
            await Task.Delay(50);
            Interlocked.Increment(ref finished);
        };
        server.Start();
        var clients = Enumerable.Range(0, 100).Select(_ => new WebSocket($"ws://127.0.0.1:{server.Port}/")).ToList();
        var endings = clients.ConvertAll(Ending.Of);
        foreach (var client in clients)
        {
            await client.IsOpen();
            client.Send("work");
        }

        await Eventually.IsTrue(() => server.Clients.Count == clients.Count);
        await server.StopAsync(TestContext.Current.CancellationToken).InTime();

        Assert.Empty(server.Clients);
        Assert.All(await Task.WhenAll(endings.Select(ending => ending.First)), told => Assert.Equal(CloseCode.GoingAway, told.Code));
        Assert.All(clients, client => Assert.True(client.WasClean));
        Assert.All(endings, ending => Assert.Equal(1, ending.Count));
    }

    public static TheoryData<string, string, CloseCode> Ends()
    {
        var data = new TheoryData<string, string, CloseCode>();
        foreach (var role in new[] { "server", "client" })
        {
            foreach (var way in new[] { "close", "close twice" })
            {
                data.Add(role, way, (CloseCode)4000);
            }

            foreach (var way in new[] { "FIN", "RST", "half a frame, FIN", "our abort", "our close, FIN" })
            {
                data.Add(role, way, CloseCode.AbnormalClosure);
            }

            data.Add(role, "breach", role == "server" ? CloseCode.ProtocolError : CloseCode.AbnormalClosure);
            data.Add(role, "breach, RST", default);
            data.Add(role, "all at once", default);
        }

        return data;
    }

    private static int Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    /// <summary>A server of which connections are open and whose bytes nobody reads.</summary>
    private sealed class Unread : IDisposable
    {
        private readonly WebSocketServer _server;
        private readonly TaskCompletionSource _over = new();

        internal Unread(MemoryNetwork network)
        {
            _server = new WebSocketServer(new WebSocketServerOptions { Transport = network });
            _server.OnConnection += (socket, _) => socket.OnMessageAsync += async _ => await _over.Task;
            _server.Start();
        }

        internal int Port => _server.Port;

        public void Dispose() => _over.TrySetResult();
    }
}
