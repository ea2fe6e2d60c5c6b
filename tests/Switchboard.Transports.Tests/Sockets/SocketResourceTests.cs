using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Sockets;

/// <summary>What connections leave behind, counted for the process: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(SocketResourceTests), DisableParallelization = true)]
[Collection(nameof(SocketResourceTests))]
public sealed class SocketResourceTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Connections_that_come_and_go_leak_no_descriptor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Descriptors are counted in /proc/self/fd.");
        await ConnectAndEndAsync(50);
        var before = OpenDescriptors();

        await ConnectAndEndAsync(2000);

        // The odd one belongs to the runtime; a leak would be hundreds.
        await Eventually.IsTrue(() => OpenDescriptors() <= before + 10);
    }

    [Fact]
    public async Task An_idle_connection_holds_no_receive_buffer()
    {
        const int count = 1000;
        await using var listener = SocketTransportFactory.Instance.Listen(AnyPort, 512);
        var accepted = 0;
        listener.Start(transport =>
        {
            transport.Start(new Echo(transport));
            Interlocked.Increment(ref accepted);
        });
        var clients = new List<Socket>(count);
        var buffer = new byte[64];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < count; i++)
        {
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            clients.Add(client);
            await client.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
            await client.SendAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
            Assert.Equal(3, await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        }

        // Both ends are in this process. A buffer held by each would be 64 MB in all, a segment of output each 4 MB.
        var perConnection = (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        TestContext.Current.SendDiagnosticMessage($"Managed memory per idle connection, both ends: {perConnection} bytes.");
        clients.ForEach(client => client.Dispose());
        Assert.InRange(perConnection, 0, 4 * 1024);
    }

    private static async Task ConnectAndEndAsync(int count)
    {
        await using var listener = SocketTransportFactory.Instance.Listen(AnyPort, 512);
        var closed = 0;
        listener.Start(transport => transport.Start(new Echo(transport, () => Interlocked.Increment(ref closed))));
        for (var i = 0; i < count; i++)
        {
            var recorder = new Recorder();
            var transport = await SocketTransportFactory.Instance.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
            transport.Start(recorder);
            transport.Send([1]);
            if (i % 2 == 0)
            {
                transport.Shutdown();
            }
            else
            {
                transport.Abort();
            }

            await recorder.Closed.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        }

        await Eventually.IsTrue(() => Volatile.Read(ref closed) == count);
    }

    private static int OpenDescriptors() => Directory.GetFiles("/proc/self/fd").Length;
}
