namespace Switchboard.Rooms;

/// <summary>
/// Carries a room's steps out in order, by one thread at a time and under no lock. A thread that finds another one at it leaves its step to
/// that one, and so does a delivery that publishes, joins or leaves: hence neither deadlock nor recursion.
/// </summary>
internal sealed class RoomOutbox(RoomCore core, RoomName roomName)
{
    // After so many steps what was gathered leaves: a room that is never silent must not gather for ever.
    private const int StepsInABatch = 256;

    private readonly Lock _gate = new();
    private readonly Audience _audience = new();
    private Queue<RoomStep>? _waiting;
    private Action? _carryBatch;
    private bool _isDraining;
    private long _undeliveredBytes; // Grows under the room's lock only, shrinks at any time.

    /// <summary>What an empty message takes beside its payload: itself, its step, its places in queues. A bound of the payload alone would let a million wait.</summary>
    public static long CostOf(ReadOnlyMemory<byte> payload) => payload.Length + 128;

    /// <summary>Takes note of what is published, if it is within the bound or nothing waits. The room, which asks, holds its own lock.</summary>
    public bool TryReserve(long cost)
    {
        var undelivered = Interlocked.Read(ref _undeliveredBytes);
        if (undelivered != 0 && undelivered + cost > core.Options.MaxUndeliveredBytes)
        {
            return false;
        }

        Interlocked.Add(ref _undeliveredBytes, cost);
        return true;
    }

    /// <summary>What was noted is delivered, or will never be.</summary>
    public void GiveBack(long cost) => Interlocked.Add(ref _undeliveredBytes, -cost);

    /// <summary>Appends a step. The room calls this under its own lock, which makes the order, and drains after letting go.</summary>
    public void Add(RoomStep step)
    {
        lock (_gate)
        {
            (_waiting ??= new Queue<RoomStep>()).Enqueue(step);
        }
    }

    public void Drain()
    {
        lock (_gate)
        {
            if (_isDraining || _waiting is null or { Count: 0 })
            {
                return;
            }

            _isDraining = true;
        }

        do
        {
            CarryWrapped();
        }
        while (!IsDone());
    }

    private void CarryWrapped()
    {
        try
        {
            core.Batch.Run(_carryBatch ??= CarryBatch);
        }
        catch (Exception fault)
        {
            // A catch-all: the wrapping is the application's, and the room goes on without it.
            RoomLog.BatchThrew(core.Log, fault, roomName.Encoded);
            CarryBatch();
        }
    }

    private void CarryBatch()
    {
        for (var i = 0; i < StepsInABatch && TryTake(out var step); i++)
        {
            Carry(step);
        }
    }

    private bool TryTake(out RoomStep step)
    {
        lock (_gate)
        {
            return _waiting!.TryDequeue(out step!);
        }
    }

    /// <summary>Finding nothing ends the draining under the same lock: whoever adds a step later carries it.</summary>
    private bool IsDone()
    {
        lock (_gate)
        {
            if (_waiting!.Count > 0)
            {
                return false;
            }

            // A room in which nothing happens keeps no queue.
            _waiting = null;
            _isDraining = false;
            return true;
        }
    }

    private void Carry(RoomStep step)
    {
        switch (step)
        {
            case RoomStep.Enter(var member, var missed):
                foreach (var happening in missed)
                {
                    Hand(member.Delivery, happening, [member]);
                }

                _audience.Add(member);
                break;
            case RoomStep.Say(var said, var silent, var cost):
                for (var i = 0; i < _audience.Stands.Count; i++)
                {
                    var stand = _audience.Stands[i];
                    Hand(stand.Delivery, said, stand.Without(silent));
                }

                GiveBack(cost);
                break;
            case RoomStep.Answer(var publication, var place):
                core.Tell(roomName, publication, place);
                break;
            case RoomStep.Leave(var member):
                _audience.Remove(member);
                break;
        }
    }

    private void Hand(IRoomDelivery delivery, RoomEvent happening, ReadOnlySpan<RoomMember> members)
    {
        if (members.IsEmpty)
        {
            return;
        }

        try
        {
            delivery.Deliver(happening, members);
        }
        catch (Exception fault)
        {
            // A catch-all: the delivery is the application's, and its fault must not end the room for everyone.
            RoomLog.DeliveryThrew(core.Log, fault, happening.Room.Encoded, (happening as RoomMessage)?.Sequence ?? 0);
        }
    }
}
