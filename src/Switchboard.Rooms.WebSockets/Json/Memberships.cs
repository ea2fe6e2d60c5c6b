namespace Switchboard.Rooms.WebSockets;

/// <summary>A room that a connection is in, and who it is there.</summary>
internal sealed record Membership(Room Room, SocketMember Member);

/// <summary>The rooms that one connection is in. It joins one at a time, in its turn; all else is safe from any thread.</summary>
internal sealed class Memberships(SessionTerms terms, ServerWebSocket socket, ISession session, JsonAnswers answers)
{
    // Also what is locked.
    private readonly Dictionary<string, Membership> _byRoom = new(StringComparer.Ordinal);
    private SocketMember? _joining;
    private bool _isOver;

    /// <returns>Null if it has joined, or why not.</returns>
    public async ValueTask<Refusal?> JoinAsync(RoomIdentity who, RoomName room, JoinRequest request, bool wantsEcho)
    {
        if (RefusalOf(room) is { } refusal)
        {
            return refusal;
        }

        var member = new SocketMember(terms, socket, session, terms.Json, who, room, wantsEcho);
        lock (_byRoom)
        {
            _joining = member;
        }

        try
        {
            var joined = await terms.Directory.JoinAsync(room, member, request).ConfigureAwait(false);
            if (!TryKeep(new Membership(joined, member)))
            {
                joined.Leave(member);
            }

            return null;
        }
        catch (RefusedException refused)
        {
            member.Depart();
            return refused.Refusal;
        }
        catch (LogUnavailableException)
        {
            member.Depart();
            return JsonRefusal.Unreadable;
        }
    }

    /// <summary>Finds the one in a room.</summary>
    /// <param name="room">What the client calls it, if it does.</param>
    /// <param name="membership">It, if the answer is null.</param>
    /// <returns>Why there is none.</returns>
    public Refusal? Find(string? room, out Membership membership)
    {
        membership = null!;
        if (room is null)
        {
            return JsonRefusal.NoRoom;
        }

        lock (_byRoom)
        {
            if (_byRoom.TryGetValue(room, out membership!))
            {
                return null;
            }
        }

        return RoomName.TryCreate(room, out _, out _) ? JsonRefusal.NotJoined : JsonRefusal.BadRoom;
    }

    /// <summary>Those of this moment: a copy.</summary>
    public IReadOnlyList<Membership> List()
    {
        lock (_byRoom)
        {
            return [.. _byRoom.Values];
        }
    }

    /// <summary>False if it is forgotten already. True: nothing of the room comes any more, and who asks says so.</summary>
    public bool TryForget(SocketMember member)
    {
        lock (_byRoom)
        {
            var room = member.RoomName.ToString();
            if (_joining == member)
            {
                _joining = null;
            }
            else if (!_byRoom.TryGetValue(room, out var membership) || membership.Member != member || !_byRoom.Remove(room))
            {
                return false;
            }
        }

        member.Depart();
        return true;
    }

    /// <summary>Leaves a room and says so, unless it is forgotten already.</summary>
    public void Leave(Membership membership, string? id)
    {
        if (TryForget(membership.Member))
        {
            // The room may have let it go by itself, and finds it forgotten then: it is said here all the same.
            membership.Room.Leave(membership.Member);
            answers.Left(membership.Room.Name, id);
        }
    }

    /// <summary>The connection has ended.</summary>
    public void End()
    {
        Membership[] left;
        lock (_byRoom)
        {
            _isOver = true;
            left = [.. _byRoom.Values];
            _byRoom.Clear();
        }

        foreach (var (room, member) in left)
        {
            member.Depart();
            room.Leave(member);
        }
    }

    private Refusal? RefusalOf(RoomName room)
    {
        lock (_byRoom)
        {
            return _byRoom.ContainsKey(room.ToString()) ? JsonRefusal.AlreadyJoined
                : _byRoom.Count >= terms.Options.MaxRoomsPerConnection ? JsonRefusal.TooManyRooms(terms.Options.MaxRoomsPerConnection)
                : null;
        }
    }

    /// <summary>False if the connection has ended meanwhile, or the member was cut off again.</summary>
    private bool TryKeep(Membership membership)
    {
        lock (_byRoom)
        {
            var isKept = !_isOver && _joining == membership.Member;
            _joining = null;
            if (isKept)
            {
                _byRoom.Add(membership.Member.RoomName.ToString(), membership);
            }

            return isKept;
        }
    }
}
