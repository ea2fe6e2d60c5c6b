using System.Runtime.InteropServices;

namespace Switchboard.Rooms;

/// <summary>Who hears the next message. Used by one thread at a time: the one that drains the outbox.</summary>
internal sealed class Audience
{
    private readonly List<RoomMember> _seats = [];

    public void Add(RoomMember member)
    {
        member.Seat = _seats.Count;
        _seats.Add(member);
    }

    public void Remove(RoomMember member)
    {
        MoveToEnd(member);
        _seats.RemoveAt(_seats.Count - 1);
    }

    /// <summary>Everyone, without <paramref name="silent"/> if there is one. Valid until the next call.</summary>
    public ReadOnlySpan<RoomMember> Without(RoomMember? silent)
    {
        var everyone = CollectionsMarshal.AsSpan(_seats);
        if (silent is null)
        {
            return everyone;
        }

        MoveToEnd(silent);
        return everyone[..^1];
    }

    private void MoveToEnd(RoomMember member)
    {
        var last = _seats[^1];
        (_seats[member.Seat], _seats[^1]) = (last, member);
        (last.Seat, member.Seat) = (member.Seat, _seats.Count - 1);
    }
}
