using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms;

/// <summary>
/// Carries a room's steps out in order, by one thread at a time and under no lock. A thread that finds another one at it leaves its step to
/// that one, and so does a delivery that publishes, joins or leaves: hence neither deadlock nor recursion.
/// </summary>
internal sealed class RoomOutbox(IRoomDelivery delivery, ILogger log)
{
    private readonly Lock _gate = new();
    private readonly Queue<RoomStep> _waiting = new();
    private readonly Audience _audience = new();
    private bool _isDraining;

    /// <summary>Appends a step. The room calls this under its own lock, which makes the order, and drains after letting go.</summary>
    public void Add(RoomStep step)
    {
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
                break;
            case RoomStep.Leave(var member):
                _audience.Remove(member);
                break;
        }
    }

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
