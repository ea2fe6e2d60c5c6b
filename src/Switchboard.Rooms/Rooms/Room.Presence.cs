namespace Switchboard.Rooms;

/// <content>Who is here, on all nodes.</content>
public sealed partial class Room
{
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

        TellOthers(change);
        _outbox.Drain();
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
