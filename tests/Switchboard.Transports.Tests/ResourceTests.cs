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

    private static ITransportFactory FactoryOf(string transport)
    {
        if (transport == "Epoll")
        {
            Assert.SkipUnless(EpollTransportFactory.IsSupported, "Epoll is Linux's.");
            return EpollTransportFactory.IsSupported ? new EpollTransportFactory(new EpollOptions()) : throw new PlatformNotSupportedException();
        }

        return SocketTransportFactory.Instance;
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
