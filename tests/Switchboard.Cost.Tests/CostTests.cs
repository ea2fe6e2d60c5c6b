using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Tests.Compression;
using Switchboard.Tests.Support;
using Switchboard.Transports;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests;

/// <summary>What messages and connections cost over real sockets, counted for the process.</summary>
public sealed class CostTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(1024)]
    public async Task An_echo_allocates_nothing(int size)
    {
        const int inBurst = 10;
        const int rounds = 500;
        await using var server = new WebSocketServer(new WebSocketServerOptions());
        server.OnConnection += static (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();
        var frame = new Frame(2, new byte[size]);
        var burst = Enumerable.Repeat(frame.ToBytes(isMasked: true), inBurst).SelectMany(bytes => bytes).ToArray();
        var expected = Enumerable.Repeat(frame.ToBytes(isMasked: false), inBurst).SelectMany(bytes => bytes).ToArray();
        var answer = new byte[expected.Length];
        using var client = BlockingClient.Open(server.Port);

        var allocated = LeastAllocated(rounds, () =>
        {
            client.Send(burst);
            client.Receive(answer);
        });

        Assert.Equal(expected, answer);
        Print($"An echo of {size} bytes: {allocated} bytes for {inBurst * rounds} messages.");
        Assert.InRange(allocated, 0, (inBurst * rounds) - 1);
    }

    [Fact]
    public async Task A_broadcast_allocates_nothing()
    {
        const int rounds = 2000;
        await using var server = new WebSocketServer(new WebSocketServerOptions());
        server.Start();
        var clients = Enumerable.Range(0, 50).Select(_ => BlockingClient.Open(server.Port)).ToArray();
        await Eventually.IsTrue(() => server.Clients.Count == clients.Length);
        var payload = new byte[100];
        Random.Shared.NextBytes(payload);
        var answer = new byte[102];

        var allocated = LeastAllocated(rounds, () =>
        {
            server.Broadcast(payload);
            foreach (var client in clients)
            {
                client.Receive(answer);
            }
        });

        Assert.Equal(new Frame(2, payload).ToBytes(isMasked: false), answer);
        Print($"A broadcast to {clients.Length}: {allocated} bytes for {rounds} broadcasts.");
        Assert.InRange(allocated, 0, rounds - 1);
        Array.ForEach(clients, client => client.Reset());
    }

    [Theory]
    [InlineData("Sockets", 1900)]
    [InlineData("Epoll", 900)]
    public async Task An_idle_connection_takes_few_bytes(string transport, int mostBytes)
    {
        var factory = FactoryOf(transport);
        using var loops = factory as IDisposable;
        var bytes = await IdleBytesAsync(new WebSocketServerOptions { Transport = factory }, RawPeer.Request(), message: null);
        Print($"{transport}: {bytes} bytes for each idle WebSocket.");
        Assert.InRange(bytes, 0, mostBytes);
    }

    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task An_idle_connection_that_has_agreed_to_compression_takes_no_more_than_one_without(string transport)
    {
        var factory = FactoryOf(transport);
        using var loops = factory as IDisposable;
        var without = await IdleBytesAsync(
            new WebSocketServerOptions { Transport = factory, Compression = null }, RawPeer.Request(), Frame.OfText(Deflated.Story));
        var with = await IdleBytesAsync(
            new WebSocketServerOptions { Transport = factory }, RawPeer.Request(headers: Deflated.Offer), Deflated.Compress(Deflated.Story));
        Print($"{transport}: {without} bytes for each idle WebSocket without compression, {with} with.");
        Assert.InRange(with, 0, without + 24); // A heap is not measured to the byte.
    }

    /// <summary>What other tests left behind, and the runtime drops when it likes, spoils a measurement, but not three.</summary>
    /// <inheritdoc cref="IdleBytesOnceAsync"/>
    private static async Task<long> IdleBytesAsync(WebSocketServerOptions options, string request, Frame? message)
    {
        var measured = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            measured.Add(await IdleBytesOnceAsync(options, request, message));
        }

        measured.Sort();
        return measured[1];
    }

    /// <param name="options">The server's.</param>
    /// <param name="request">The clients'.</param>
    /// <param name="message">What each client sends, and gets back, before it idles.</param>
    private static async Task<long> IdleBytesOnceAsync(WebSocketServerOptions options, string request, Frame? message)
    {
        const int count = 2000;
        var clients = new BlockingClient[count];
        await using var server = new WebSocketServer(options);
        server.OnConnection += message is null ? static (_, _) => { } : static (socket, _) => socket.OnMessage += received => socket.Send(received);
        server.Start();
        for (var i = 0; i < 50; i++)
        {
            Open().Reset();
        }

        await Eventually.IsTrue(() => server.Clients.Count == 0);

        // What the test's own end costs: nobody accepts these, so there is no other.
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start(4096);
        var empty = HeapBytes();
        for (var i = 0; i < count; i++)
        {
            clients[i] = BlockingClient.Connect(((IPEndPoint)deaf.LocalEndpoint).Port);
        }

        var own = HeapBytes() - empty;
        Array.ForEach(clients, client => client.Reset());
        Array.Clear(clients);

        empty = HeapBytes();
        for (var i = 0; i < count; i++)
        {
            clients[i] = Open();
        }

        await Eventually.IsTrue(() => server.Clients.Count == count);
        var both = HeapBytes() - empty;
        Array.ForEach(clients, client => client.Reset());
        return (both - own) / count;

        BlockingClient Open()
        {
            var client = BlockingClient.Open(server.Port, Encoding.ASCII.GetBytes(request));
            if (message is not null)
            {
                client.Send(message.ToBytes(isMasked: true));
                client.Receive(new byte[2]);
            }

            return client;
        }
    }

    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task Ten_thousand_connections_that_end_in_all_ways_leave_nothing(string transport)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Descriptors are counted in /proc/self/fd.");
        var factory = FactoryOf(transport);
        using var loops = factory as IDisposable;
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = factory });
        server.OnConnection += static (socket, _) => socket.OnMessage += _ => socket.Abort();
        server.Start();
        Enumerable.Range(0, 100).ToList().ForEach(i => ComeAndGo(server.Port, i));
        await Eventually.IsTrue(() => server.Clients.Count == 0);
        var before = OpenSockets();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 2500; i++)
                {
                    ComeAndGo(server.Port, (4 * i) + part);
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        await Eventually.IsTrue(() => server.Clients.Count == 0);

        // The odd one is somebody else's; a leak would be hundreds.
        await Eventually.IsTrue(() => OpenSockets() <= before + 10);
        if (EpollTransportFactory.IsSupported && factory is EpollTransportFactory epoll)
        {
            var connections = epoll.Connections; // Counted when it is looked at.
            await Eventually.IsTrue(() => connections.Sum() == 0);
        }
    }

    private static long HeapBytes()
    {
        // Twice: what a finalizer held is garbage only after it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void ComeAndGo(int port, int number)
    {
        using var client = number % 7 == 3 ? BlockingClient.Connect(port) : BlockingClient.Open(port);
        switch (number % 7)
        {
            case 0:
                client.Send(Frame.Close(1000).ToBytes(isMasked: true));
                client.ReceiveEnd();
                client.Reset();
                break;
            case 1:
                client.Reset();
                break;
            case 2:
                client.Send(Frame.OfText("cut me").ToBytes(isMasked: true));
                client.ReceiveEnd();
                break;
            case 3:
                client.SendHalfARequest();
                break;
            case 4:
                client.Send(Frame.OfText("half of a frame").ToBytes(isMasked: true).AsSpan(0, 9));
                break;
            case 5:
                client.Send(Frame.OfText("half of a frame").ToBytes(isMasked: true).AsSpan(0, 9));
                client.Reset();
                break;
            default:
                // The end of the stream without a close frame.
                break;
        }
    }

    // Others' timers tick, which allocates once in a while.
    private static long LeastAllocated(int rounds, Action round)
    {
        var least = long.MaxValue;
        var thread = new Thread(() =>
        {
            for (var attempt = 0; attempt < 8 && least > 0; attempt++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var i = 0; i < rounds; i++)
                {
                    round();
                }

                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }
        });
        thread.Start();
        Assert.True(thread.Join(2 * Eventually.Patience));
        return least;
    }

    private static ITransportFactory FactoryOf(string transport)
    {
        if (transport == "Epoll")
        {
            Assert.SkipUnless(EpollTransportFactory.IsSupported, "Epoll is Linux's.");
            return EpollTransportFactory.IsSupported ? new EpollTransportFactory(new EpollOptions()) : throw new PlatformNotSupportedException();
        }

        return SocketTransportFactory.Instance;
    }

    private static int OpenSockets() =>
        Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false);

    private static void Print(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
