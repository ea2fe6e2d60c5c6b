using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms;

/// <summary>
/// Carries a room's steps out in order, by one thread at a time and under no lock. A thread that finds another one at it leaves its step to
/// that one, and so does a delivery that publishes, joins or leaves: hence neither deadlock nor recursion.
/// </summary>
internal sealed class RoomOutbox(IRoomDelivery delivery, long maxUndeliveredBytes, ILogger log)
{
    // What an empty message takes: itself 80 bytes, its step 32, its place in the queue 8 and more when that grows. A bound of the payload
    // alone would let a million of short ones wait.
    private const int BytesBesidePayload = 128;

    private readonly Lock _gate = new();
    private readonly Queue<RoomStep> _waiting = new();
    private readonly Audience _audience = new();
    private bool _isDraining;
    private long _undeliveredBytes; // Grows under the room's lock only, shrinks at any time.

    /// <summary>
    /// Whether such a message is within the bound, or nothing waits. It stays so while the room, which asks, holds its own lock.
    /// </summary>
    public bool HasRoomFor(ReadOnlyMemory<byte> payload)
    {
        var undelivered = Interlocked.Read(ref _undeliveredBytes);
        return undelivered == 0 || undelivered + Cost(payload) <= maxUndeliveredBytes;
    }

    /// <summary>Appends a step. The room calls this under its own lock, which makes the order, and drains after letting go.</summary>
    public void Add(RoomStep step)
    {
        if (step is RoomStep.Say(var message, _))
        {
            Interlocked.Add(ref _undeliveredBytes, Cost(message.Payload));
        }

        lock (_gate)
        {
            _waiting.Enqueue(step);
        }
    }

    public void Drain()
    {
        lock (_gate)
        {
            if (_isDraining)
            {
                return;
            }

            _isDraining = true;
        }

        while (TryTake(out var step))
        {
            Carry(step);
        }
    }

    /// <summary>Finding nothing ends the draining under the same lock: whoever adds a step later carries it.</summary>
    private bool TryTake([NotNullWhen(true)] out RoomStep? step)
    {
        lock (_gate)
        {
            return _isDraining = _waiting.TryDequeue(out step);
        }
    }

    private void Carry(RoomStep step)
    {
        switch (step)
        {
            case RoomStep.Enter(var member, var missed):
                foreach (var message in missed)
                {
                    Hand(message, [member]);
                }

                _audience.Add(member);
                break;
            case RoomStep.Say(var message, var silent):
                Hand(message, _audience.Without(silent));
                Interlocked.Add(ref _undeliveredBytes, -Cost(message.Payload));
                break;
            case RoomStep.Leave(var member):
                _audience.Remove(member);
                break;
        }
    }

    private static long Cost(ReadOnlyMemory<byte> payload) => payload.Length + BytesBesidePayload;

    private void Hand(RoomMessage message, ReadOnlySpan<RoomMember> members)
    {
        if (members.IsEmpty)
        {
            return;
        }

        try
        {
            delivery.Deliver(message, members);
        }
        catch (Exception fault)
        {
            // A catch-all: the delivery is the application's, and its fault must not end the room for everyone.
            RoomLog.DeliveryThrew(log, fault, message.Room.Encoded, message.Sequence);
        }
    }
}
