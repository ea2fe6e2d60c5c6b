using System.Runtime.InteropServices;

namespace Switchboard.Rooms;

/// <summary>Who hears the next event, by where they are reached. Used by one thread at a time: the one that drains the outbox.</summary>
internal sealed class Audience
{
    // One for each format that somebody uses: one, seldom two.
    private readonly List<Stand> _stands = [];

    public void Add(RoomMember member)
    {
        var stand = StandOf(member.Delivery);
        if (stand is null)
        {
            _stands.Add(stand = new Stand(member.Delivery));
        }

        stand.Add(member);
    }

    /// <summary>Does nothing if it is not there: it may leave before it has caught up.</summary>
    public void Remove(RoomMember member)
    {
        if (member.Seat >= 0 && StandOf(member.Delivery) is { } stand)
        {
            stand.Remove(member);
            if (stand.IsEmpty)
            {
                _stands.Remove(stand);
            }
        }
    }

    public IReadOnlyList<Stand> Stands => _stands;

    private Stand? StandOf(IRoomDelivery delivery)
    {
        foreach (var stand in _stands)
        {
            if (stand.Delivery == delivery)
            {
                return stand;
            }
        }

        return null;
    }

    /// <summary>The members that are reached by one delivery.</summary>
    internal sealed class Stand(IRoomDelivery delivery)
    {
        private readonly List<RoomMember> _seats = [];

        public IRoomDelivery Delivery => delivery;

        public bool IsEmpty => _seats.Count == 0;

        public void Add(RoomMember member)
        {
            member.Seat = _seats.Count;
            _seats.Add(member);
        }

        public void Remove(RoomMember member)
        {
            MoveToEnd(member);
            _seats.RemoveAt(_seats.Count - 1);
            member.Seat = RoomMember.NoSeat;
        }

        /// <summary>Everyone, without <paramref name="silent"/> if it is here. Valid until the next call.</summary>
        public ReadOnlySpan<RoomMember> Without(RoomMember? silent)
        {
            var everyone = CollectionsMarshal.AsSpan(_seats);
            if (silent is null || silent.Delivery != delivery || silent.Seat < 0)
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
}
