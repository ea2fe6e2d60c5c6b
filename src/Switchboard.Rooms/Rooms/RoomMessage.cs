namespace Switchboard.Rooms;

/// <summary>One message of a room. Immutable: keep it as long as you like, on any thread.</summary>
public sealed class RoomMessage
{
    /// <summary>The room that it was published in.</summary>
    public required RoomName Room { get; init; }

    /// <summary>Its place in the room's order: 1 for the first message of the room's epoch, then without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>The display name of who published it; null when a publisher that is no member gave none.</summary>
    public required string? Sender { get; init; }

    /// <summary>When the room took it, by the directory's clock. Clocks step back; only <see cref="Sequence"/> orders.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the payload is text or binary.</summary>
    public required RoomMessageKind Kind { get; init; }

    /// <summary>The bytes, in an array of the message's own that nobody else writes to.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }
}
