namespace Switchboard.Rooms;

/// <summary>The position that a member has is worth nothing: it is beyond what is kept, or in another epoch. Said out loud, never a silent gap.</summary>
public sealed class RoomReset : RoomEvent
{
    /// <summary>The room's epoch.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>The sequence of the oldest message that is kept.</summary>
    public required long First { get; init; }

    /// <summary>The sequence of the newest message.</summary>
    public required long Sequence { get; init; }
}
