namespace Switchboard.Rooms;

/// <summary>
/// The seam of presence: who is in which room, on all nodes. A node's members are there while its lease lasts, and until another node next renews its own:
/// so a node that crashed takes its members along. Safe from any thread. Whoever writes one runs the suite <c>PresenceContract</c> over it.
/// </summary>
public interface IPresence
{
    /// <summary>Notes a member. The lease of its node must be running, see <see cref="RenewAsync"/>.</summary>
    /// <returns>How many members the room has now.</returns>
    ValueTask<long> EnterAsync(RoomName room, PresentMember member, CancellationToken cancellationToken);

    /// <summary>Forgets a member; nothing happens if it is not there.</summary>
    /// <returns>How many members the room has now.</returns>
    ValueTask<long> LeaveAsync(RoomName room, MemberId member, CancellationToken cancellationToken);

    /// <summary>Counts a room's members, without enumerating them, and lists the first ones.</summary>
    /// <param name="room">The room; nobody is in one that nobody has entered.</param>
    /// <param name="limit">How many to list at most. Zero only counts.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<PresencePage> ReadAsync(RoomName room, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a node's lease, or renews it, and clears away the members of nodes whose lease has run out. Each of those is told to one caller only, who
    /// lets the rooms know. Of a node that comes back later than its lease allowed, and was taken for gone, no member is left: it enters them again.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="lease">How long it is to last from now.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<LeaseRenewal> RenewAsync(Guid node, TimeSpan lease, CancellationToken cancellationToken);
}
