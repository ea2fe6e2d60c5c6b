namespace Switchboard.Rooms;

/// <summary>
/// One room: its members and one total order of messages. Joins and leaves have their place in that order too, so a member hears exactly
/// the messages between its own two steps. Safe to use from any thread; nothing here waits for a delivery on another one.
/// </summary>
public sealed class Room
{
    private readonly Lock _gate = new(); // Taken after the directory's and before the outbox's.
    private readonly RoomDirectory _directory;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly RoomOutbox _outbox;
    private readonly LinkedList<RoomMember> _members = new();
    private long _sequence;

    internal Room(RoomName name, RoomDirectory directory, RoomOptions options, TimeProvider time, RoomOutbox outbox)
    {
        Name = name;
        _directory = directory;
        _options = options;
        _time = time;
        _outbox = outbox;
        History = new RoomHistory(options.HistoryLength, options.MaxHistoryBytes);
    }

    /// <summary>The room's name.</summary>
    public RoomName Name { get; }

    /// <summary>Random for each room that is created. Sequences of two epochs do not compare, even under one name.</summary>
    public Guid Epoch { get; } = Guid.NewGuid();

    /// <summary>The sequence of the newest message; zero before the first.</summary>
    public long Sequence
    {
        get
        {
            lock (_gate)
            {
                return _sequence;
            }
        }
    }

    /// <summary>How many members are in the room, without enumerating them.</summary>
    public int MemberCount
    {
        get
        {
            lock (_gate)
            {
                return _members.Count;
            }
        }
    }

    /// <summary>The members at this moment, in the order they joined: a copy of the list.</summary>
    public IReadOnlyList<RoomMember> Members()
    {
        lock (_gate)
        {
            return [.. _members];
        }
    }

    /// <summary>
    /// Publishes a message: it gets the next sequence, enters the history, and is delivered to every member in order. When this returns the
    /// message has its place; another thread may still be delivering it.
    /// </summary>
    /// <param name="sender">A member of this room. Its own copy comes back unless it does not want echo.</param>
    /// <param name="payload">At most <see cref="RoomOptions.MaxMessageBytes"/>; copied once.</param>
    /// <param name="kind">Text must be valid UTF-8.</param>
    /// <returns>The message as the room holds it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sender"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="payload"/> is too long, or text that is not UTF-8.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="sender"/> is not in this room, or no longer.</exception>
    /// <exception cref="RoomBusyException">
    /// Too much is not delivered yet, see <see cref="RoomOptions.MaxUndeliveredBytes"/>. The message has got no sequence; try again.
    /// </exception>
    public RoomMessage Publish(RoomMember sender, ReadOnlySpan<byte> payload, RoomMessageKind kind)
    {
        ArgumentNullException.ThrowIfNull(sender);
        var copy = Payload.Copy(payload, kind, _options.MaxMessageBytes);
        var message = Append(copy, kind, sender.Name, sender);
        Deliver();
        return message;
    }

    /// <summary>
    /// Takes <paramref name="member"/> out of the room. Messages published before may still be delivered to it on another thread,
    /// none published after. An empty room is dropped, or kept for its history as <see cref="RoomOptions"/> allow.
    /// </summary>
    /// <returns>False when it was not in this room, or no longer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="member"/> is null.</exception>
    public bool Leave(RoomMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (!_directory.TakeOut(this, member))
        {
            return false;
        }

        Deliver();
        return true;
    }

    /// <summary>Whether there is nobody in it. The directory asks, under whose lock nobody enters or leaves.</summary>
    internal bool IsEmpty => MemberCount == 0;

    /// <summary>What the room remembers. The directory asks, and only when the room is empty and so nothing is appended.</summary>
    internal RoomHistory History { get; }

    internal void Enter(RoomMember member, int last)
    {
        lock (_gate)
        {
            member.JoinedAt = _time.GetUtcNow();
            _members.AddLast(member.Place);
            _outbox.Add(new RoomStep.Enter(member, History.Last(last)));
        }
    }

    internal bool TryRemove(RoomMember member)
    {
        lock (_gate)
        {
            if (member.Place.List != _members)
            {
                return false;
            }

            _members.Remove(member.Place);
            _outbox.Add(new RoomStep.Leave(member));
            return true;
        }
    }

    internal RoomMessage Append(byte[] payload, RoomMessageKind kind, string? senderName, RoomMember? sender = null)
    {
        lock (_gate)
        {
            if (sender is not null && sender.Place.List != _members)
            {
                throw new InvalidOperationException("The sender is not a member of this room.");
            }

            if (!_outbox.HasRoomFor(payload))
            {
                throw new RoomBusyException(Name, _options.MaxUndeliveredBytes);
            }

            var message = new RoomMessage
            {
                Room = Name,
                Sequence = ++_sequence,
                Sender = senderName,
                At = _time.GetUtcNow(),
                Kind = kind,
                Payload = payload,
            };
            History.Append(message);
            _outbox.Add(new RoomStep.Say(message, sender is { WantsEcho: false } ? sender : null));
            return message;
        }
    }

    /// <summary>Called under no lock, after every step that was added.</summary>
    internal void Deliver() => _outbox.Drain();
}
