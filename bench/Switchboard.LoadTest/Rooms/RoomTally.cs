using System.Diagnostics;

namespace Switchboard.LoadTest.Rooms;

/// <summary>Somebody who wants to know when a message has reached all members of its room.</summary>
internal interface ISettlements
{
    void OnSettled(Stamp stamp, long at);
}

/// <summary>
/// One room as the members of this process see it. The message that the first of them receives at a position is what all of them must
/// receive there, byte by byte: then all see one order, in which nothing is lost, doubled or out of turn. Each publisher's messages must
/// come in their order, too, and what has a sequence must have the position's.
/// </summary>
/// <param name="load">What is published.</param>
/// <param name="room">Which room.</param>
/// <param name="members">How many are here.</param>
/// <param name="format">How a message says whose it is.</param>
/// <param name="elsewhere">How far other processes' members of the room are; null if there are none.</param>
/// <param name="settlements">Is told when a message has reached every member.</param>
internal sealed class RoomTally(
    RoomsLoad load, int room, int members, MessageFormat format, RoomProgress? elsewhere, ISettlements settlements)
{
    private readonly Slot[] _slots = new Slot[load.RingLength];
    private readonly int[] _next = new int[load.PublishersPerRoom];
    private long _settled;

    /// <summary>How many messages the first of the members has received.</summary>
    public long Head { get; private set; }

    /// <summary>Differs, most likely, from another process's if the two have seen another order.</summary>
    public ulong Order { get; private set; } = 14695981039346656037; // FNV-1a

    /// <summary>Whether all members here have a message that somebody elsewhere has not.</summary>
    public bool WaitsForOthers => elsewhere is not null && elsewhere.CompletedHere > _settled;

    /// <param name="position">How many messages the member has received before.</param>
    /// <param name="message">The one it receives now.</param>
    public void Receive(long position, ReadOnlySpan<byte> message)
    {
        ref var slot = ref _slots[position & (_slots.Length - 1)];
        if (position == Head)
        {
            Begin(ref slot, message);
        }
        else if (!message.SequenceEqual(slot.Message.AsSpan(0, slot.Length)))
        {
            throw new RunFailedException(
                $"Two members of room {room} disagree about message {position + 1}: one is lost, doubled, changed or out of turn.");
        }

        if (--slot.Missing == 0)
        {
            Complete(position, slot.Stamp);
        }
    }

    /// <summary>Looks how far the others are.</summary>
    public void Settle()
    {
        if (elsewhere is null)
        {
            return;
        }

        for (var end = elsewhere.CompletedByAll; _settled < end; _settled++)
        {
            settlements.OnSettled(_slots[_settled & (_slots.Length - 1)].Stamp, elsewhere.LastCompletion(_settled));
        }
    }

    private void Begin(ref Slot slot, ReadOnlySpan<byte> message)
    {
        if (Head - _settled >= _slots.Length)
        {
            Settle();
        }

        if (Head - _settled >= _slots.Length)
        {
            throw new RunFailedException($"Room {room} has more messages under way than were published.");
        }

        var stamp = format.Read(message, out var sequence);
        if (sequence is { } number && number != Head + 1)
        {
            throw new RunFailedException($"Room {room}: sequence {number} came where {Head + 1} was due.");
        }

        var index = stamp.Publisher / load.Rooms;
        if (stamp.Publisher % load.Rooms != room || index >= _next.Length || stamp.Number != _next[index]++)
        {
            throw new RunFailedException($"Room {room}: a message of publisher {stamp.Publisher} is lost, doubled, out of turn or in the wrong room.");
        }

        if (slot.Message is null || slot.Message.Length < message.Length)
        {
            slot.Message = new byte[message.Length + 16]; // sequences grow
        }

        message.CopyTo(slot.Message);
        slot.Length = message.Length;
        slot.Missing = members;
        slot.Stamp = stamp;
        Order = (Order ^ (uint)stamp.Publisher) * 1099511628211;
        Head++;
    }

    private void Complete(long position, Stamp stamp)
    {
        var now = Stopwatch.GetTimestamp();
        if (elsewhere is null)
        {
            _settled = position + 1;
            settlements.OnSettled(stamp, now);
        }
        else
        {
            elsewhere.Complete(position, now);
        }
    }

    private struct Slot
    {
        public byte[]? Message;
        public int Length;
        public int Missing;
        public Stamp Stamp;
    }
}
