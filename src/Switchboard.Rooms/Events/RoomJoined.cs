namespace Switchboard.Rooms;

/// <summary>What a member is told first: where the room stands. What follows, up to <see cref="Sequence"/>, is the past.</summary>
public sealed class RoomJoined : RoomEvent
{
    /// <summary>The member's display name.</summary>
    public required string Name { get; init; }

    /// <summary>The epoch that sequences count in.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>The sequence of the newest message; zero before the first.</summary>
    public required long Sequence { get; init; }

    /// <summary>How many members there are, on all nodes, with the new one.</summary>
    public required long Members { get; init; }

    /// <summary>Whether messages are stored and acknowledged.</summary>
    public required bool IsDurable { get; init; }
}
