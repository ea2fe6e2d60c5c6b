namespace Switchboard.Rooms;

/// <summary>Someone has joined a room, or left it.</summary>
public sealed class PresenceChange : RoomEvent
{
    /// <summary>Its display name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it has joined; else it has left.</summary>
    public required bool HasJoined { get; init; }

    /// <summary>How many members there are now.</summary>
    public required long Members { get; init; }
}
