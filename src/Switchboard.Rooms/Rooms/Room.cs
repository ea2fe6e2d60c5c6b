namespace Switchboard.Rooms;

/// <summary>
/// One room that somebody uses: its members and one total order of messages. Joins and leaves have their place in that order too, so a member hears exactly
/// the messages between its own two steps. Safe to use from any thread; nothing here waits for a delivery on another one.
/// </summary>
public sealed partial class Room
{
    private readonly Lock _gate = new(); // Taken before the outbox's.
    private readonly RoomDirectory _directory;
    private readonly RoomCore _core;
    private readonly IMessageLog _log;
    private readonly RoomOutbox _outbox;
    private readonly RoomTail _tail;
    private Guid _epoch;
    private long _last;
    private int _memberCount;

    internal Room(RoomName name, RoomDirectory directory, RoomCore core)
    {
        Name = name;
        _directory = directory;
        _core = core;
        Settings = core.Options.Rules.For(name);
        _log = core.LogFor(Settings);
        _outbox = new RoomOutbox(core, name);
        _tail = new RoomTail(core.Options.TailLength, core.Options.MaxTailBytes);
    }

    /// <summary>The room's name.</summary>
    public RoomName Name { get; }

    /// <summary>What holds in it.</summary>
    public RoomSettings Settings { get; }

    /// <summary>The epoch that sequences count in. Sequences of two epochs do not compare, even under one name.</summary>
    public Guid Epoch
    {
        get
        {
            lock (_gate)
            {
                return _epoch;
            }
        }
    }

    /// <summary>The sequence of the newest message that members here hear of; zero before the first.</summary>
    public long Sequence
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>How many members of the room are on this node, without enumerating them.</summary>
    public int MemberCount
    {
        get
        {
            lock (_gate)
            {
                return _memberCount;
            }
        }
    }

    /// <summary>
    /// Takes <paramref name="member"/> out of the room. Messages published before may still be delivered to it on another thread,
    /// none published after. A room without members costs no memory.
    /// </summary>
    /// <returns>False when it was not in this room, or no longer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="member"/> is null.</exception>
    public bool Leave(RoomMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        bool isArriving;
        lock (_gate)
        {
            if (!member.IsIn || member.Room != this)
            {
                return false;
            }

            member.IsIn = false;
            isArriving = member.IsArriving;
            _memberCount--;
            _newcomers?.Remove(member);
            _outbox.Add(new RoomStep.Leave(member));
        }

        _outbox.Drain();
        if (!isArriving)
        {
            _ = DepartAsync(member, wasAnnounced: true);
        }

        return true;
    }

    /// <summary>Says something in passing to everyone else: it is not stored and has no place in the order.</summary>
    /// <param name="sender">A member of this room.</param>
    /// <param name="payload">At most <see cref="RoomSettings.MaxMessageBytes"/>. Nobody writes to it any more.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>Null, or why it was not said.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sender"/> is null.</exception>
    public Refusal? TrySignal(RoomMember sender, ReadOnlyMemory<byte> payload, RoomMessageKind kind)
    {
        ArgumentNullException.ThrowIfNull(sender);
        if (PayloadRule.Check(payload.Span, kind, Settings.MaxMessageBytes) is { } flaw)
        {
            return Counted(flaw);
        }

        var signal = new RoomSignal { Room = Name, Sender = sender.Name, Kind = kind, Payload = payload };
        lock (_gate)
        {
            if (RefusalFor(sender) is { } refusal)
            {
                return Counted(refusal);
            }

            var cost = RoomOutbox.CostOf(payload);
            if (!_outbox.TryReserve(cost))
            {
                return Counted(Refusal.Busy);
            }

            _outbox.Add(new RoomStep.Say(signal, sender, cost));
        }

        TellOthers(signal);
        _outbox.Drain();
        return null;
    }

    /// <summary>A message has its place: it is the next one. Under the gate.</summary>
    private void Accept(RoomMessage message, RoomMember? silent, long cost)
    {
        _last = message.Sequence;
        _tail.Append(message);
        _outbox.Add(new RoomStep.Say(message, silent, cost));
    }

    /// <summary>The positions that members have are worth nothing: what follows begins at the oldest message that is kept. Under the gate.</summary>
    private void Reset(HistoryPage page)
    {
        (_epoch, _last, _stored) = (page.Epoch, page.First - 1, page.Last);
        _tail.Clear();
        _outbox.Add(new RoomStep.Say(
            new RoomReset { Room = Name, Epoch = page.Epoch, First = page.First, Sequence = page.Last }, null, 0));
    }
}
