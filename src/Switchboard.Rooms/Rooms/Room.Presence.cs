namespace Switchboard.Rooms;

/// <content>Who is here, on all nodes.</content>
public sealed partial class Room
{
    private async ValueTask<long> NotePresenceAsync(RoomMember member, CancellationToken cancellationToken)
    {
        var count = await _directory.EnterPresenceAsync(this, member, cancellationToken).ConfigureAwait(false) ?? MemberCount;
        Announce(member.Name, hasJoined: true, count, member);
        return count;
    }

    /// <summary>It did not get in: it leaves if it had a place, and the use of the room ends in either case.</summary>
    internal void Expel(RoomMember member)
    {
        if (!Leave(member))
        {
            Release();
        }
    }

    /// <summary>What is left to do for a member that is gone; its use of the room ends with it.</summary>
    private async Task DepartAsync(RoomMember member)
    {
        var count = await _directory.LeavePresenceAsync(this, member).ConfigureAwait(false) ?? MemberCount;
        Announce(member.Name, hasJoined: false, count, null);
        _core.TellLeft(this, member);
        Release();
    }

    /// <summary>Lets members here and elsewhere know, if the room has that on.</summary>
    internal void Announce(string name, bool hasJoined, long count, RoomMember? silent)
    {
        if (!Settings.PresenceEvents)
        {
            return;
        }

        var change = new PresenceChange { Room = Name, Name = name, HasJoined = hasJoined, Members = count };
        lock (_gate)
        {
            _outbox.Add(new RoomStep.Say(change, silent, 0));
        }

        _line?.Tell(change);
        _outbox.Drain();
    }
}
