using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>What a message costs, on a transport of the test's own that counts and keeps nothing.</summary>
public sealed class AllocationTests
{
    [Fact]
    public async Task A_message_that_is_echoed_allocates_nothing_and_a_burst_is_flushed_once()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = new CountingFactory(out var accept) });
        server.OnConnection += static (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();
        var transport = new CountingTransport();
        accept(transport);
        transport.Receive(Encoding.ASCII.GetBytes(RawPeer.Request()));
        var burst = Enumerable.Range(0, 10).SelectMany(_ => Frame.OfText("twenty bytes of text").ToBytes(isMasked: true)).ToArray();
        var copy = new byte[burst.Length];
        var allocated = long.MaxValue;
        var flushes = 0;

        // The runtime replaces code while it runs, which may allocate on this thread once.
        for (var attempt = 0; attempt < 5 && allocated > 0; attempt++)
        {
            flushes = transport.FlushesWithBytes;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                burst.CopyTo(copy, 0);
                transport.Receive(copy);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            flushes = transport.FlushesWithBytes - flushes;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(1000, flushes);
        Assert.Equal(10 * 22, transport.LastFlush);
        transport.End();
    }

    [Fact]
    public async Task On_the_pool_a_message_allocates_nothing_on_the_transports_thread_nor_in_its_handlers_turn()
    {
        var transport = new CountingTransport();
        var handled = 0;
        var allocatedInTurns = 0L;
        var turnThread = 0;
        var turnStart = 0L;
        var hasOneThread = true;
        await using var server = new WebSocketServer(
            new WebSocketServerOptions { Transport = new CountingFactory(out var accept), HandlersRunOn = HandlerThread.ThreadPool });
        server.OnConnection += (socket, _) => socket.OnMessage += message =>
        {
            // From a turn's first message to its last: what lies between is the reading and the sending.
            var thread = Environment.CurrentManagedThreadId;
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (handled++ % 10 == 0)
            {
                (turnThread, turnStart) = (thread, now);
            }

            hasOneThread &= turnThread == thread;
            allocatedInTurns += now - turnStart;
            turnStart = now;
            socket.Send(message);
        };
        server.Start();
        accept(transport);
        transport.Receive(Encoding.ASCII.GetBytes(RawPeer.Request()));
        await Eventually.IsTrue(() => transport.Resumes == 1);
        var burst = Enumerable.Range(0, 10).SelectMany(_ => Frame.OfText("twenty bytes of text").ToBytes(isMasked: true)).ToArray();
        var copy = new byte[burst.Length];
        var allocated = long.MaxValue;
        var resumes = 1;

        // The runtime replaces code while it runs, and the queues of its pool grow.
        for (var attempt = 0; attempt < 5 && allocated > 0; attempt++)
        {
            allocatedInTurns = 0;
            allocated = 0;
            for (var i = 0; i < 1000; i++)
            {
                burst.CopyTo(copy, 0);
                var before = GC.GetAllocatedBytesForCurrentThread();
                transport.Receive(copy);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                resumes++;
                Assert.True(SpinWait.SpinUntil(() => transport.Resumes == resumes, Eventually.Patience));
            }

            // Less than a byte for each message: the queue of the pool takes a new piece now and then.
            allocated = (allocated + allocatedInTurns) / 10_000;
        }

        // Before what may fail: the server waits for its client's end.
        transport.End();
        Assert.Equal(0, allocated);
        Assert.True(hasOneThread && handled >= 10_000);
    }

    [Fact]
    public async Task Ten_broadcasts_in_one_handler_reach_each_client_in_one_send()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = new CountingFactory(out var accept) });
        var payload = new byte[20];
        server.OnConnection += (socket, _) => socket.OnMessage += _ =>
        {
            for (var i = 0; i < 10; i++)
            {
                server.Broadcast(payload);
            }
        };
        server.Start();
        var transports = Enumerable.Range(0, 5).Select(_ => new CountingTransport()).ToArray();
        foreach (var transport in transports)
        {
            accept(transport);
            transport.Receive(Encoding.ASCII.GetBytes(RawPeer.Request()));
        }

        var before = transports.Select(transport => transport.FlushesWithBytes).ToArray();
        transports[2].Receive(Frame.OfText("go").ToBytes(isMasked: true));

        Assert.All(transports.Zip(before), pair => Assert.Equal((pair.Second + 1, 10 * 22), (pair.First.FlushesWithBytes, pair.First.LastFlush)));
        Array.ForEach(transports, transport => transport.End());
    }
}
