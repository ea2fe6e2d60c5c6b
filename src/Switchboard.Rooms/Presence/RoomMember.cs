namespace Switchboard.Rooms;

/// <summary>
/// One connection in one room. Derive from it to carry the connection, so that <see cref="IRoomDelivery"/> finds it without a look-up.
/// It joins once in its life; to come back, or to be in a second room, takes a new one.
/// </summary>
public class RoomMember
{
    internal const int NoSeat = -1;

    private volatile RoomIdentity _identity;

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

    /// <summary>The room that it has joined. Guarded by the room.</summary>
    internal Room? Room { get; set; }

    /// <summary>Whether it is in the room still. Guarded by the room.</summary>
    internal bool IsIn { get; set; }

    /// <summary>What it may still publish. Guarded by the room.</summary>
    internal TokenBucket Bucket;

    /// <summary>Its index in the <see cref="Audience"/>, which alone reads and writes it.</summary>
    internal int Seat { get; set; } = NoSeat;
}
