using System.Diagnostics;
using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Rooms;

/// <summary>What the members of this process have received, held to what they should.</summary>
internal sealed class Receipts : IMessageSink, ISettlements
{
    private readonly MessageFormat _format;
    private readonly Board _board;
    private readonly RoomTally[] _rooms;
    private readonly RoomTally[] _sharedRooms;
    private readonly RoomTally[] _roomOf;
    private readonly long[] _positions;
    private readonly Dictionary<int, Publisher> _publishers;

    public Receipts(RoomsLoad load, MessageFormat format, Board board, int client, Membership[] members, IEnumerable<Publisher> publishers)
    {
        _format = format;
        _board = board;
        _publishers = publishers.ToDictionary(publisher => publisher.Index);
        _positions = new long[members.Length];
        var rooms = members.CountBy(member => member.Room).ToDictionary(
            room => room.Key,
            room => new RoomTally(load, room.Key, room.Value, format, load.HasSharedRooms ? board.Room(room.Key, client) : null, this));
        _rooms = [.. rooms.Values];
        _sharedRooms = load.HasSharedRooms ? _rooms : [];
        _roomOf = [.. members.Select(member => rooms[member.Room])];
    }

    public LatencyHistogram ToLastMember { get; } = new();

    public LatencyHistogram ToAck { get; } = new();

    public int Joined { get; private set; }

    public long Acks { get; private set; }

    /// <summary>Whether others have yet to receive what all members here have.</summary>
    public bool WaitsForOthers => Array.Exists(_sharedRooms, room => room.WaitsForOthers);

    public bool OnMessage(int member, ReadOnlySpan<byte> message)
    {
        switch (_format.KindOf(message))
        {
            case Said.Message:
                _roomOf[member].Receive(_positions[member]++, message);
                return true;
            case Said.Ack:
                OnAck(member, message);
                return false;
            default:
                Joined++;
                return false;
        }
    }

    public void OnSettled(Stamp stamp, long at)
    {
        if (_publishers.TryGetValue(stamp.Publisher, out var publisher))
        {
            publisher.OnSettled();
            Record(ToLastMember, stamp.PublishedAt, at);
        }
    }

    /// <summary>Looks how far the other processes are.</summary>
    public void Settle() => Array.ForEach(_sharedRooms, room => room.Settle());

    /// <summary>At the end, when nothing is under way: every member has everything.</summary>
    public void CheckCounts()
    {
        for (var member = 0; member < _positions.Length; member++)
        {
            if (_positions[member] != _roomOf[member].Head)
            {
                throw new RunFailedException($"A member received {_positions[member]:N0} of {_roomOf[member].Head:N0} messages.");
            }
        }
    }

    /// <summary>Each room's count and order, for those who have other members of the same rooms.</summary>
    public IEnumerable<string> Orders() => _rooms.Select(room => $"{room.Head} {room.Order:x16}");

    private void OnAck(int member, ReadOnlySpan<byte> message)
    {
        var now = Stopwatch.GetTimestamp();
        var (index, number) = MessageFormat.ReadAck(message);
        if (!_publishers.TryGetValue(index, out var publisher) || publisher.Member != member)
        {
            throw new RunFailedException("A message was acknowledged to somebody else.");
        }

        Acks++;
        Record(ToAck, publisher.OnAcknowledged(number), now);
    }

    private void Record(LatencyHistogram histogram, long from, long to)
    {
        if (from >= _board.WindowStart && from < _board.WindowEnd)
        {
            histogram.Record((long)Stopwatch.GetElapsedTime(from, to).TotalNanoseconds);
        }
    }
}
