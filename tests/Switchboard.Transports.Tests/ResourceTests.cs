using System.Net.Sockets;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests;

/// <summary>What connections leave behind, counted for the process: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(ResourceTests), DisableParallelization = true)]
[Collection(nameof(ResourceTests))]
public sealed class ResourceTests
{
    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task Connections_that_come_and_go_leak_no_descriptor(string transport)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Descriptors are counted in /proc/self/fd.");
        var factory = FactoryOf(transport);
        using var loops = factory as IDisposable;
        await ConnectAndEndAsync(factory, 60);
        var before = OpenSockets();

        await ConnectAndEndAsync(factory, 3000);

        // The odd one is somebody else's; a leak would be hundreds.
        await Eventually.IsTrue(() => OpenSockets() <= before + 10);
        if (EpollTransportFactory.IsSupported && factory is EpollTransportFactory epoll)
        {
            var connections = epoll.Connections; // Counted when it is looked at.
            await Eventually.IsTrue(() => connections.Sum() == 0);
        }
    }

    [Theory]
    [InlineData("Sockets", 1600)]
    [InlineData("Epoll", 400)]
    public async Task An_idle_connection_holds_no_buffer(string transport, int mostBytes)
    {
        const int count = 2000;
        var factory = FactoryOf(transport);
        using var loops = factory as IDisposable;
        var clients = await OpenClientsAsync(factory, 50, isAccepted: true);
        clients.ForEach(client => client.Dispose());

        // What the test's own end costs: nobody accepts these, so there is no other.
        var empty = GC.GetTotalMemory(forceFullCollection: true);
        clients = await OpenClientsAsync(factory, count, isAccepted: false);
        var own = GC.GetTotalMemory(forceFullCollection: true) - empty;
        clients.ForEach(client => client.Dispose());
        clients = [];

        empty = GC.GetTotalMemory(forceFullCollection: true);
        clients = await OpenClientsAsync(factory, count, isAccepted: true);
        var both = GC.GetTotalMemory(forceFullCollection: true) - empty;

        // A transport, and the 24 bytes of this test's receiver.
        var perConnection = (both - own) / count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{transport}: {perConnection} bytes for each idle connection.");
        clients.ForEach(client => client.Dispose());
        Assert.InRange(perConnection, 0, mostBytes);
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

    private static async Task<List<Socket>> OpenClientsAsync(ITransportFactory factory, int count, bool isAccepted)
    {
        var listener = factory.Listen(Pairs.AnyPort, 4096);
        var started = 0;
        if (isAccepted)
        {
            listener.Start(transport =>
            {
                transport.Start(new Echo(transport));
                Interlocked.Increment(ref started);
            });
        }

        var clients = new List<Socket>(count);
        var byteBuffer = new byte[1];
        for (var i = 0; i < count; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            clients.Add(client);
            client.Connect(listener.LocalEndPoint);
            client.Send(byteBuffer);
            if (isAccepted)
            {
                Assert.Equal(1, client.Receive(byteBuffer));
            }
        }

        await Eventually.IsTrue(() => started == (isAccepted ? count : 0));
        await listener.DisposeAsync();
        return clients;
    }

    private static async Task ConnectAndEndAsync(ITransportFactory factory, int count)
    {
        await using var listener = factory.Listen(Pairs.AnyPort, 512);
        var accepted = 0;
        var closed = 0;
        listener.Start(transport =>
        {
            // One of six is never started.
            if (Interlocked.Increment(ref accepted) % 6 == 0)
            {
                transport.Abort();
                Interlocked.Increment(ref closed);
                return;
            }

            transport.Start(new Echo(transport, () => Interlocked.Increment(ref closed)));
        });
        for (var i = 0; i < count; i++)
        {
            var recorder = new Recorder();
            ITransport transport;
            try
            {
                transport = await factory.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                continue; // Cut by the other end before it was connected here.
            }

            transport.Start(recorder);
            transport.Send(i % 4 < 2 ? [1] : Pattern.Of(100_000));
            if (i % 2 == 0)
            {
                transport.Shutdown();
            }
            else
            {
                transport.Abort();
            }

            await recorder.Closed.InTime();
        }

        await Eventually.IsTrue(() => Volatile.Read(ref closed) == count);
    }

    private static int OpenSockets() =>
        Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false);
}
