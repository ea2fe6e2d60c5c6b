using System.Buffers.Binary;
using System.Text;
using Switchboard.Rooms;
using Switchboard.Rooms.WebSockets;
using Switchboard.Tests.Support;

namespace Switchboard.Tests;

/// <summary>What a message of a room costs for each member, counted for the process.</summary>
public sealed class RoomCostTests
{
    private const int Few = 5;
    private const int Many = 45;
    private const int Rounds = 500;

    [Theory]
    [InlineData("")]
    [InlineData("Sec-WebSocket-Protocol: switchboard.v1.json\r\n")]
    public async Task A_message_allocates_nothing_for_each_member(string format)
    {
        await using var rooms = new RoomSockets(new RoomOptions { Rules = new RoomRules(new RoomSettings { PresenceEvents = false, Rate = null }) });
        await using var server = new WebSocketServer(new WebSocketServerOptions { Subprotocols = [RoomSockets.Subprotocol] });
        Assert.True(RoomName.TryCreate("lobby", out var lobby, out var _));
        using var admission = new SemaphoreSlim(0);
        server.OnConnectionAsync += async (socket, _) =>
        {
            // Behind the answer to the handshake, which the client reads to its end.
            await admission.WaitAsync();
            await rooms.AcceptAsync(socket, RoomIdentity.Anonymous($"guest-{socket.Id}"), lobby);
        };
        server.Start();
        var payload = Encoding.ASCII.GetBytes(new string('x', 100));
        var clients = new List<BlockingClient>();
        var buffer = new byte[1024];

        await EnterAsync(Few);
        var forFew = LeastAllocated();
        await EnterAsync(Many);
        var forMany = LeastAllocated();

        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} messages: {forFew} bytes for {Few} members, {forMany} for {Many}.");
        Assert.InRange(forMany - forFew, long.MinValue, (Rounds * (Many - Few)) - 1);
        clients.ForEach(client => client.Reset());

        async Task EnterAsync(int count)
        {
            while (clients.Count < count)
            {
                var client = BlockingClient.Open(server.Port, Encoding.ASCII.GetBytes(RawPeer.Request(headers: format)));
                clients.Add(client);
                admission.Release();
                if (format.Length > 0)
                {
                    // That it has joined.
                    Receive(client);
                }
            }

            await Eventually.IsTrue(() => rooms.Directory.TryGet(lobby, out var room) && room.MemberCount == count);
        }

        void Publish()
        {
            var publishing = rooms.Directory.PublishAsync(lobby, new LogEntry { Payload = payload, Kind = RoomMessageKind.Text, At = DateTimeOffset.UnixEpoch });
            Assert.True(publishing.Wait(Eventually.Patience));
            foreach (var client in clients)
            {
                Receive(client);
            }
        }

        void Receive(BlockingClient client)
        {
            client.Receive(buffer.AsSpan(0, 2));
            var length = (int)buffer[1];
            if (length == 126)
            {
                client.Receive(buffer.AsSpan(0, 2));
                length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            }

            client.Receive(buffer.AsSpan(0, length));
        }

        // Others' timers tick, which allocates once in a while.
        long LeastAllocated()
        {
            var least = long.MaxValue;
            for (var attempt = 0; attempt < 6; attempt++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var i = 0; i < Rounds; i++)
                {
                    Publish();
                }

                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            return least;
        }
    }
}
