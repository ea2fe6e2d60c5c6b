namespace Switchboard.Rooms;

/// <summary>Who somebody is, what they may do, and until when that is believed. Immutable, and safe from any thread.</summary>
public sealed class RoomIdentity
{
    /// <param name="publisher">See <see cref="Publisher"/>.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="grants">See <see cref="Grants"/>.</param>
    /// <param name="expiresAt">See <see cref="ExpiresAt"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="publisher"/>, <paramref name="name"/> or <paramref name="grants"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="publisher"/> or <paramref name="name"/> breaks the rule of <see cref="DisplayName"/>.
    /// </exception>
    public RoomIdentity(string publisher, string name, RoomGrants grants, DateTimeOffset? expiresAt = null)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(grants);
        DisplayName.ThrowIfInvalid(publisher, nameof(publisher));
        DisplayName.ThrowIfInvalid(name, nameof(name));
        Publisher = publisher;
        Name = name;
        Grants = grants;
        ExpiresAt = expiresAt;
    }

    /// <summary>
    /// Who publishes: what makes a message's id one's own, see <see cref="LogEntry.Publisher"/>. The token's <c>sub</c>; of somebody anonymous the
    /// display name, so that two who call themselves the same share their ids.
    /// </summary>
    public string Publisher { get; }

    /// <summary>The display name, see <see cref="DisplayName"/>. It identifies nobody.</summary>
    public string Name { get; }

    /// <summary>What is allowed where.</summary>
    public RoomGrants Grants { get; }

    /// <summary>From when on it is believed no more; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>
    /// Somebody who does not even say a name, and is given one. It may be given again, to somebody else: the ids of their messages are nobody else's all the
    /// same. Otherwise as <see cref="Anonymous"/>.
    /// </summary>
    /// <param name="name">The display name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a valid display name.</exception>
    public static RoomIdentity Unnamed(string name) => new($"{Guid.NewGuid():N}", name, RoomGrants.ReadAndWrite);

    /// <summary>Somebody who is who they say they are, reads and writes everywhere and manages nothing. Never expires.</summary>
    /// <param name="name">The display name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a valid display name.</exception>
    public static RoomIdentity Anonymous(string name) => new(name, name, RoomGrants.ReadAndWrite);
}
