namespace Switchboard.Rooms;

/// <content>Who is here, on all nodes.</content>
public sealed partial class Room
{
    private HashSet<RoomMember>? _newcomers; // Without a seat yet. Guarded by the gate.

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
            NoteForNewcomers(change, silent);
            _outbox.Add(new RoomStep.Say(change, silent, 0));
        }

        TellOthers(change);
        _outbox.Drain();
    }

    /// <summary>Who is on the way to its seat was told how many are here, and hears there what has changed since. Under the gate.</summary>
    private void NoteForNewcomers(PresenceChange change, RoomMember? silent)
    {
        foreach (var newcomer in _newcomers ?? [])
        {
            if (newcomer != silent)
            {
                newcomer.NoteChange(change);
            }
        }
    }

    /// <summary>What is left to do for a member that is gone; its use of the room ends with it.</summary>
    private async Task DepartAsync(RoomMember member, bool wasAnnounced)
    {
        var count = await _directory.LeavePresenceAsync(member).ConfigureAwait(false) ?? MemberCount;
        if (wasAnnounced)
        {
            Announce(member.Name, hasJoined: false, count, null);
            _core.TellLeft(this, member);
        }

        RoomMetrics.MemberLeft();
        Release();
    }
}
