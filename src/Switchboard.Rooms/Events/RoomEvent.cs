namespace Switchboard.Rooms;

/// <summary>Something that members of a room are told. Immutable: keep it as long as you like, on any thread.</summary>
public abstract class RoomEvent
{
    /// <summary>The room that it happened in.</summary>
    public required RoomName Room { get; init; }
}
