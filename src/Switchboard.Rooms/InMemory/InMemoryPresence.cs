namespace Switchboard.Rooms;

/// <summary>Presence in process: for one node, or for several in one process, as in tests. Safe from any thread, and it never waits.</summary>
/// <param name="time">The clock that leases run by; the system's when null.</param>
public sealed class InMemoryPresence(TimeProvider? time = null) : IPresence
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, DateTimeOffset> _leases = [];
    private readonly Dictionary<RoomName, Dictionary<MemberId, PresentMember>> _rooms = [];

    /// <inheritdoc/>
    public ValueTask<long> EnterAsync(RoomName room, PresentMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(member);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_leases.ContainsKey(member.Id.Node))
            {
                throw new InvalidOperationException($"The node {member.Id.Node} has no lease, or it has run out: renew it first.");
            }

            if (!_rooms.TryGetValue(room, out var members))
            {
                _rooms.Add(room, members = new(capacity: 1));
            }

            members[member.Id] = member;
            return ValueTask.FromResult<long>(members.Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> LeaveAsync(RoomName room, MemberId member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_rooms.TryGetValue(room, out var members))
            {
                return ValueTask.FromResult(0L);
            }

            members.Remove(member);
            if (members.Count == 0)
            {
                _rooms.Remove(room);
            }

            return ValueTask.FromResult<long>(members.Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask<PresencePage> ReadAsync(RoomName room, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(
                _rooms.TryGetValue(room, out var members) ? new PresencePage(members.Count, [.. InOrder(members).Take(limit)]) : new PresencePage(0, []));
        }
    }

    /// <inheritdoc/>
    public ValueTask<LeaseRenewal> RenewAsync(Guid node, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            // Its own first: a node that slept is late, not gone, while nobody has taken it for that.
            var now = _time.GetUtcNow();
            var isNew = !_leases.ContainsKey(node);
            _leases[node] = now + lease;
            var gone = _leases.Where(each => each.Value <= now).Select(each => each.Key).ToHashSet();
            return ValueTask.FromResult(new LeaseRenewal(isNew, gone.Count == 0 ? [] : ClearAway(gone)));
        }
    }

    private static IEnumerable<PresentMember> InOrder(Dictionary<MemberId, PresentMember> members) =>
        members.Values.OrderBy(member => member.JoinedAt).ThenBy(member => member.Id.Number);

    private List<DepartedMember> ClearAway(HashSet<Guid> nodes)
    {
        List<DepartedMember> departed = [];
        foreach (var (room, members) in _rooms)
        {
            foreach (var member in members.Values.Where(member => nodes.Contains(member.Id.Node)).ToArray())
            {
                members.Remove(member.Id);
                departed.Add(new DepartedMember(room, member));
            }
        }

        foreach (var room in departed.Select(each => each.Room).Distinct().Where(room => _rooms[room].Count == 0).ToArray())
        {
            _rooms.Remove(room);
        }

        foreach (var node in nodes)
        {
            _leases.Remove(node);
        }

        return departed;
    }
}
