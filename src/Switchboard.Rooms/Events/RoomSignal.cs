namespace Switchboard.Rooms;

/// <summary>Something said in passing, such as that someone is typing: it is not stored and has no place in the order.</summary>
public sealed class RoomSignal : RoomEvent
{
    /// <summary>The display name of who gives it.</summary>
    public required string Sender { get; init; }

    /// <summary>What the payload is.</summary>
    public required RoomMessageKind Kind { get; init; }

    /// <summary>The bytes, in an array of the signal's own that nobody else writes to.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }
}
