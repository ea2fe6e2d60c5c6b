using System.Text;
using Switchboard.LoadTest.Rooms;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Tests;

/// <summary>A load test that overlooks a lost message would be worse than none.</summary>
public sealed class RoomTallyTests
{
    private static readonly RoomsLoad Load = new(
        Members: 4, Rooms: 2, RoomFormat.Json, IsDurable: true, Size: 40, Publishers: 2, Depth: 1, Clients: 1, [], TimeSpan.Zero, TimeSpan.FromSeconds(1));

    private readonly Settled _settled = new();

    [Fact]
    public void A_message_is_settled_when_the_last_member_has_it()
    {
        var tally = Tally(elsewhere: null);

        tally.Receive(0, Message(1, 0));
        Assert.Empty(_settled.Numbers);

        tally.Receive(0, Message(1, 0));
        Assert.Equal([0], _settled.Numbers);
        Assert.Equal(1, tally.Head);
    }

    [Theory]
    [InlineData(1, 2)] // lost
    [InlineData(1, 0)] // doubled
    [InlineData(2, 1)] // a sequence left out
    public void The_first_member_s_messages_are_gapless(int sequence, int number)
    {
        var tally = Tally(elsewhere: null);
        tally.Receive(0, Message(1, 0));

        Assert.Throws<RunFailedException>(() => tally.Receive(1, Message(1 + sequence, number)));
    }

    [Fact]
    public void Every_other_member_receives_the_same_at_the_same_place()
    {
        var tally = Tally(elsewhere: null);
        tally.Receive(0, Message(1, 0));
        tally.Receive(1, Message(2, 1));

        Assert.Throws<RunFailedException>(() => tally.Receive(0, Message(2, 1)));
    }

    [Fact]
    public void A_changed_payload_is_noticed()
    {
        var message = Message(1, 0);
        message[^4] ^= 1;

        Assert.Throws<RunFailedException>(() => Tally(elsewhere: null).Receive(0, message));
    }

    [Fact]
    public void A_message_of_another_room_is_noticed()
    {
        Assert.Throws<RunFailedException>(() => Tally(elsewhere: null).Receive(0, Message(1, 0, publisher: 0)));
    }

    [Fact]
    public void The_last_member_may_be_in_another_process_and_its_time_counts()
    {
        var shared = Load with { Members = 8, Rooms = 1, Publishers = 2, Clients = 2 };
        using var board = Board.Create(shared);
        using var same = Board.Open(shared, board.ToString());
        var tally = new RoomTally(shared, 0, members: 1, new MessageFormat(shared), board.Room(0, 0), _settled);

        tally.Receive(0, Message(1, 0));
        tally.Settle();
        Assert.True(tally.WaitsForOthers);
        Assert.Empty(_settled.Numbers);

        same.Room(0, 1).Complete(0, at: long.MaxValue);
        tally.Settle();
        Assert.False(tally.WaitsForOthers);
        Assert.Equal([0], _settled.Numbers);
        Assert.Equal(long.MaxValue, _settled.LastAt);
    }

    [Fact]
    public void Members_are_divided_among_the_processes_each_once()
    {
        foreach (var (rooms, members, clients) in new[] { (1, 10, 3), (2, 10, 3), (7, 21, 3), (10, 10, 1) })
        {
            var load = Load with { Rooms = rooms, Members = members, Publishers = rooms, Clients = clients };
            Membership[] all = [.. Enumerable.Range(0, clients).SelectMany(client => Membership.Of(load, client))];

            Assert.Equal(members, all.Distinct().Count());
            Assert.Equal(members, all.Length);
            Assert.Equal(Enumerable.Range(0, rooms), all.Select(member => member.Publisher(load)).OfType<int>().Order());
        }
    }

    [Fact]
    public void Frames_are_cut_wherever_they_are_torn()
    {
        var heard = new Heard();
        byte[] wire = [0x81, 3, .. "one"u8, 0x89, 1, (byte)'?', 0x81, 126, 0, 200, .. Enumerable.Repeat((byte)'x', 200), 0x81, 0];

        var torn = new MessageReader(heard, member: 7);
        var count = wire.Sum(one => torn.Read([one]));
        Assert.Equal(3, count);
        Assert.NotNull(torn.PongDue);

        Assert.Equal(3, new MessageReader(heard, member: 7).Read(wire));
        Assert.Equal(["one", new string('x', 200), "", "one", new string('x', 200), ""], heard.Messages);
    }

    [Fact]
    public void A_close_fails_the_run_with_its_reason()
    {
        var reader = new MessageReader(new Heard(), member: 7);
        var failure = Assert.Throws<RunFailedException>(() => { reader.Read([0x88, 6, 0x03, 0xF5, .. "slow"u8]); });
        Assert.Contains("1013 slow", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void At_a_steady_pace_what_is_late_counts_from_when_it_was_due()
    {
        var load = Load with { Format = RoomFormat.Plain, IsDurable = false };
        var publisher = new Publisher(load, new PublishTemplate(load), index: 1, member: 0);
        publisher.Begin(first: 100, interval: 10);

        publisher.Compose(now: 99, out var early);
        var frames = publisher.Compose(now: 125, out var late);

        Assert.Equal((0, 3), (early, late));
        Assert.Equal(130, publisher.WakesAt);
        Assert.Equal([100, 110, 120], Stamps(frames.Span, late).Select(stamp => stamp.PublishedAt));
        Assert.Equal([0, 1, 2], Stamps(frames.Span, late).Select(stamp => stamp.Number));
    }

    [Fact]
    public void As_fast_as_received_waits_for_the_message_and_its_ack()
    {
        var publisher = new Publisher(Load, new PublishTemplate(Load), index: 1, member: 0);
        publisher.Begin(first: 100, interval: 0);

        publisher.Compose(now: 100, out var first);
        publisher.OnSettled();
        publisher.Compose(now: 200, out var withoutAck);
        Assert.Equal(100, publisher.OnAcknowledged(0));
        publisher.Compose(now: 300, out var withAck);

        Assert.Equal((1, 0, 1), (first, withoutAck, withAck));
        Assert.Throws<RunFailedException>(() => { publisher.OnAcknowledged(0); });
    }

    private static Stamp[] Stamps(ReadOnlySpan<byte> frames, int count)
    {
        var stamps = new Stamp[count];
        for (var i = 0; i < count; i++)
        {
            var frame = frames.Slice(i * frames.Length / count, frames.Length / count).ToArray();
            var (key, payload) = (frame[2..6], frame[6..]);
            stamps[i] = Stamp.Read(payload.Select((one, place) => (byte)(one ^ key[place % 4])).ToArray());
        }

        return stamps;
    }

    private static byte[] Message(int sequence, int number, int publisher = 1)
    {
        var payload = Frames.Payload(40);
        new Stamp(publisher, number, PublishedAt: 5).Write(payload);
        return Encoding.UTF8.GetBytes($$"""{"type":"message","room":"r1","seq":{{sequence}},"data":"{{Encoding.ASCII.GetString(payload)}}"}""");
    }

    private RoomTally Tally(RoomProgress? elsewhere) => new(Load, room: 1, members: 2, new MessageFormat(Load), elsewhere, _settled);

    private sealed class Settled : ISettlements
    {
        public List<int> Numbers { get; } = [];

        public long LastAt { get; private set; }

        public void OnSettled(Stamp stamp, long at)
        {
            Numbers.Add(stamp.Number);
            LastAt = at;
        }
    }

    private sealed class Heard : IMessageSink
    {
        public List<string> Messages { get; } = [];

        public bool OnMessage(int member, ReadOnlySpan<byte> message)
        {
            Messages.Add(Encoding.ASCII.GetString(message));
            return true;
        }
    }
}
