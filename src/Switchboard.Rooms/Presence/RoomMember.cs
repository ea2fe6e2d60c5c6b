namespace Switchboard.Rooms;

/// <summary>
/// One connection in one room. Derive from it to carry the connection, so that <see cref="IRoomDelivery"/> finds it without a look-up.
/// It joins once in its life; to come back, or to be in a second room, takes a new one.
/// </summary>
public class RoomMember
{
    internal const int NoSeat = -1;

    // Each tells how many there are, so that the newest make up for those before.
    private const int MostChanges = 256;

    private volatile RoomIdentity _identity;
    private Room? _room;
    private HashSet<(Guid Epoch, long Sequence)>? _own;
    private Queue<PresenceChange>? _changes;

    /// <param name="identity">Who it is. Several members may be of one.</param>
    /// <param name="delivery">How it is reached.</param>
    /// <param name="wantsEcho">Whether the member's own messages come back to it. Default true.</param>
    /// <exception cref="ArgumentNullException"><paramref name="identity"/> or <paramref name="delivery"/> is null.</exception>
    public RoomMember(RoomIdentity identity, IRoomDelivery delivery, bool wantsEcho = true)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(delivery);
        _identity = identity;
        Name = identity.Name;
        Delivery = delivery;
        WantsEcho = wantsEcho;
    }

    /// <summary>The display name, for as long as it is in the room. It identifies nobody.</summary>
    public string Name { get; }

    /// <summary>Who it is. A newer identity, of the same publisher, may take its place; what it allows counts from then on.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public RoomIdentity Identity
    {
        get => _identity;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _identity = value;
        }
    }

    /// <summary>How it is reached.</summary>
    public IRoomDelivery Delivery { get; }

    /// <summary>Whether the member's own messages come back to it.</summary>
    public bool WantsEcho { get; }

    /// <summary>When it joined, by the directory's clock; null before. Set before the first delivery and never again.</summary>
    public DateTimeOffset? JoinedAt { get; internal set; }

    /// <summary>Its number on this node.</summary>
    internal long Number { get; set; }

    /// <summary>The room that it has joined, for ever.</summary>
    internal Room? Room => Volatile.Read(ref _room);

    /// <summary>Whether it is in the room still. Guarded by the room.</summary>
    internal bool IsIn { get; set; }

    /// <summary>Whether others are being told that it comes. Guarded by the room.</summary>
    internal bool IsArriving { get; set; }

    /// <summary>Whether its step into the room's order is made: it lacks nothing from there on. Guarded by the room.</summary>
    internal bool IsSeated { get; set; }

    /// <summary>What it may still publish. Guarded by the room.</summary>
    internal TokenBucket Bucket;

    /// <summary>Its index in the <see cref="Audience"/>, which alone reads and writes it.</summary>
    internal int Seat { get; set; } = NoSeat;

    /// <summary>Makes it a member of a room, unless it was ever one of any.</summary>
    internal bool TryBelongTo(Room room) => Interlocked.CompareExchange(ref _room, room, null) is null;

    /// <summary>A message of a member that wants no echo has its place. Before it is seated, that is still to come by as the past. Under the room's gate.</summary>
    internal void NoteOwn(RoomMessage message)
    {
        if (!IsSeated)
        {
            (_own ??= []).Add((message.Epoch, message.Sequence));
        }
    }

    /// <summary>Somebody came or went before it is seated. Under the room's gate.</summary>
    internal void NoteChange(PresenceChange change)
    {
        _changes ??= new Queue<PresenceChange>();
        if (_changes.Count == MostChanges)
        {
            _changes.Dequeue();
        }

        _changes.Enqueue(change);
    }

    /// <summary>The changes that were noted, at most once. Under the room's gate.</summary>
    internal IEnumerable<PresenceChange> TakeChanges() => Interlocked.Exchange(ref _changes, null) ?? [];

    /// <summary>What of the past it wants to hear. Under the room's gate.</summary>
    internal IReadOnlyList<RoomMessage> WithoutOwn(IReadOnlyList<RoomMessage> past) =>
        _own is { } own ? [.. past.Where(message => !own.Contains((message.Epoch, message.Sequence)))] : past;
}
