namespace Switchboard.Rooms;

/// <summary>
/// One connection in one room. Derive from it to carry the connection, so that <see cref="IRoomDelivery"/> finds it without a look-up.
/// It joins once in its life; to come back, or to be in a second room, takes a new one.
/// </summary>
public class RoomMember
{
    /// <param name="name">The display name, see <see cref="DisplayName"/>. Several members may share one.</param>
    /// <param name="wantsEcho">Whether the member's own messages come back to it. Default true.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a valid display name.</exception>
    public RoomMember(string name, bool wantsEcho = true)
    {
        ArgumentNullException.ThrowIfNull(name);
        DisplayName.ThrowIfInvalid(name, nameof(name));
        Name = name;
        WantsEcho = wantsEcho;
        Place = new LinkedListNode<RoomMember>(this);
    }

    /// <summary>The display name. It identifies nobody.</summary>
    public string Name { get; }

    /// <summary>Whether the member's own messages come back to it.</summary>
    public bool WantsEcho { get; }

    /// <summary>When it joined, by the directory's clock; null before. Set before the first delivery and never again.</summary>
    public DateTimeOffset? JoinedAt { get; internal set; }

    /// <summary>Its place in the list of the room that it is in. Guarded by the room.</summary>
    internal LinkedListNode<RoomMember> Place { get; }

    /// <summary>Its index in the <see cref="Audience"/>, which alone reads and writes it.</summary>
    internal int Seat { get; set; }
}
