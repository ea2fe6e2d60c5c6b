using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>What a thread sends in a batch leaves when that ends, in one send for each connection.</summary>
public sealed class SendBatchTests
{
    [Fact]
    public async Task What_is_sent_in_a_batch_leaves_at_its_end_in_one_send_for_each()
    {
        var (server, transports, sockets) = Start();
        await using var _ = server;
        var before = transports.Select(transport => transport.FlushesWithBytes).ToArray();

        SendInBatches();

        Assert.All(transports.Zip(before), pair => Assert.Equal((pair.Second + 1, 6 * 22), (pair.First.FlushesWithBytes, pair.First.LastFlush)));
        sockets[0].Send(new byte[20]);
        Assert.Equal((before[0] + 2, 22), (transports[0].FlushesWithBytes, transports[0].LastFlush));
        Array.ForEach(transports, transport => transport.End());

        // Not in an asynchronous method: a batch belongs to its thread.
        void SendInBatches()
        {
            using var batch = SendBatch.Begin();
            SendToAll();
            using (SendBatch.Begin())
            {
                SendToAll();
            }

            // Neither the end of a batch within, nor of a broadcast.
            Assert.Equal(before, transports.Select(transport => transport.FlushesWithBytes));
            using (var broadcast = Broadcast.Bytes(MessageType.Binary, new byte[20]))
            {
                foreach (var socket in sockets)
                {
                    broadcast.To(socket);
                }
            }

            SendToAll();
            SendToAll();
            SendToAll();
            Assert.Equal(before, transports.Select(transport => transport.FlushesWithBytes));
        }

        void SendToAll()
        {
            foreach (var socket in sockets)
            {
                Assert.True(socket.Send(new byte[20]));
            }
        }
    }

    [Fact]
    public async Task One_that_is_disposed_again_ends_no_other()
    {
        var (server, transports, sockets) = Start();
        await using var _ = server;
        var before = transports[0].FlushesWithBytes;

        SendInBatches();

        Assert.Equal((before + 1, 22), (transports[0].FlushesWithBytes, transports[0].LastFlush));
        Array.ForEach(transports, transport => transport.End());

        void SendInBatches()
        {
            var first = SendBatch.Begin();
            first.Dispose();
            var second = SendBatch.Begin();
            first.Dispose();
            default(SendBatch).Dispose();
            Assert.True(sockets[0].Send(new byte[20]));
            Assert.Equal(before, transports[0].FlushesWithBytes);
            second.Dispose();
        }
    }

    [Fact]
    public async Task A_batch_is_of_its_thread_alone()
    {
        var (server, transports, sockets) = Start();
        await using var _ = server;
        var before = transports[0].FlushesWithBytes;

        SendBeside();

        Array.ForEach(transports, transport => transport.End());

        void SendBeside()
        {
            using var batch = SendBatch.Begin();
            var other = new Thread(() => sockets[0].Send(new byte[20]));
            other.Start();
            Assert.True(other.Join(Eventually.Patience));
            Assert.Equal((before + 1, 22), (transports[0].FlushesWithBytes, transports[0].LastFlush));
        }
    }

    private static (WebSocketServer Server, CountingTransport[] Transports, List<ServerWebSocket> Sockets) Start()
    {
        var server = new WebSocketServer(new WebSocketServerOptions { Transport = new CountingFactory(out var accept) });
        var sockets = new List<ServerWebSocket>();
        server.OnConnection += (socket, _) => sockets.Add(socket);
        server.Start();
        var transports = Enumerable.Range(0, 3).Select(_ => new CountingTransport()).ToArray();
        foreach (var transport in transports)
        {
            accept(transport);
            transport.Receive(Encoding.ASCII.GetBytes(RawPeer.Request()));
        }

        return (server, transports, sockets);
    }
}
