namespace Switchboard.Rooms.WebSockets;

/// <summary>What holds for the connections of <see cref="RoomSockets"/>.</summary>
public sealed record RoomSocketOptions
{
    /// <summary>After how many malformed frames a connection in the JSON format is closed, with 1008. Default 3; zero for never.</summary>
    public int MaxMalformedFrames { get; init; } = 3;

    /// <summary>How many rooms one connection in the JSON format may be in. Default 100; at least 1.</summary>
    public int MaxRoomsPerConnection { get; init; } = 100;

    /// <summary>How many of one connection's messages may wait to be stored; then no more is read from it. Default 1,024; at least 1.</summary>
    public int MaxUnansweredMessages { get; init; } = 1_024;

    /// <summary>
    /// From how many bytes that wait for it on a member counts as slow, in rooms that drop or keep the latest: newer messages then wait in a queue of the member's own,
    /// where that happens. Default 64 KiB; at least 1.
    /// </summary>
    public long SlowFromBytes { get; init; } = 64 * 1024;

    /// <summary>How much that queue holds: messages, signals and news of who comes and goes. Default 1,024; at least 1.</summary>
    public int MaxMessagesOfSlowMember { get; init; } = 1_024;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxMalformedFrames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxRoomsPerConnection);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxUnansweredMessages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SlowFromBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessagesOfSlowMember);
    }
}
