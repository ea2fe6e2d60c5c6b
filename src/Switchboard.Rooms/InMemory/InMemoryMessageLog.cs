namespace Switchboard.Rooms;

/// <summary>
/// The log in memory: what ephemeral rooms and tests are kept in. The newest messages of each room, and of all rooms so many bytes; beyond that the rooms that
/// nobody wrote to for longest lose theirs first. Gone with the process. Safe from any thread, and it never waits.
/// </summary>
public sealed class InMemoryMessageLog : IMessageLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RoomName, RoomRing> _rooms = [];
    private readonly SortedSet<RoomName> _names = new(Comparer<RoomName>.Create(static (one, other) => string.CompareOrdinal(one.ToString(), other.ToString())));

    // Each room is in one of the two lists, the one that nobody wrote to for longest first. Rooms lose their messages in that order, so those that have lost
    // them all are the older ones. They are apart so that nobody looks through them again for something to forget.
    private readonly LinkedList<RoomRing> _emptied = new();
    private readonly LinkedList<RoomRing> _others = new();
    private readonly InMemoryMessageLogOptions _options;
    private long _bytes;

    // What a room that is not known will begin with; another one as soon as a room was dropped, which may be the same.
    private Guid _nextEpoch = Guid.NewGuid();

    /// <param name="options">The limits; the defaults of <see cref="InMemoryMessageLogOptions"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative, or no room is allowed.</exception>
    public InMemoryMessageLog(InMemoryMessageLogOptions? options = null)
    {
        _options = options ?? new InMemoryMessageLogOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxMessagesInRoom);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxRooms, 1);
    }

    /// <inheritdoc/>
    public ValueTask<LogReceipt> AppendAsync(RoomName room, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(entries);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var ring = Touch(room);
            var before = ring.Bytes;
            var places = new LogPlace[entries.Count];
            for (var i = 0; i < places.Length; i++)
            {
                places[i] = ring.Append(entries[i], _options.MaxMessagesInRoom);
            }

            _bytes += ring.Bytes - before;
            ForgetExcess();
            return ValueTask.FromResult(new LogReceipt(ring.Epoch, places));
        }
    }

    /// <inheritdoc/>
    public ValueTask<HistoryPage> ReadAsync(RoomName room, HistoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_rooms.TryGetValue(room, out var ring) ? ring.Read(query) : new HistoryPage(_nextEpoch, 1, 0, [], false));
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> TrimAsync(RoomName room, Retention retention, DateTimeOffset now, int atMost, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(retention);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var forgotten = 0;
            if (_rooms.TryGetValue(room, out var ring))
            {
                var before = ring.Bytes;
                while (forgotten < atMost && ring.IsBeyond(retention, now))
                {
                    ring.ForgetOldest();
                    forgotten++;
                }

                _bytes += ring.Bytes - before;
            }

            return ValueTask.FromResult(forgotten);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RoomName>> ListAsync(RoomName? after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<RoomName>>([.. NamesBehind(after).Take(limit)]);
        }
    }

    // A view costs a walk down the tree, however many there are.
    private IEnumerable<RoomName> NamesBehind(RoomName? after) =>
        after is null ? _names
        : _names.Max is { } last && _names.Comparer.Compare(after, last) < 0 ? _names.GetViewBetween(after, last).Where(name => name != after)
        : [];

    private RoomRing Touch(RoomName room)
    {
        if (_rooms.TryGetValue(room, out var ring))
        {
            ring.Place.List!.Remove(ring.Place);
        }
        else
        {
            ring = new RoomRing(room, _nextEpoch);
            _rooms.Add(room, ring);
            _names.Add(room);
        }

        _others.AddLast(ring.Place);
        return ring;
    }

    private void ForgetExcess()
    {
        while (_rooms.Count > _options.MaxRooms)
        {
            var ring = (_emptied.First ?? _others.First!).Value;
            _bytes -= ring.Bytes;
            ring.Place.List!.Remove(ring.Place);
            _rooms.Remove(ring.Name);
            _names.Remove(ring.Name);
            _nextEpoch = Guid.NewGuid();
        }

        // Messages only: where each room stands is known still.
        while (_bytes > _options.MaxBytes)
        {
            var ring = _others.First!.Value;
            if (ring.Count == 0)
            {
                _others.RemoveFirst();
                _emptied.AddLast(ring.Place);
                continue;
            }

            var before = ring.Bytes;
            ring.ForgetOldest();
            _bytes += ring.Bytes - before;
        }
    }
}
