namespace Switchboard.Rooms;

/// <summary>One message of a room. Immutable: keep it as long as you like, on any thread.</summary>
public sealed class RoomMessage : RoomEvent
{
    /// <summary>The epoch that its sequence counts in: only both together are a position.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>Its place in the room's order: 1 for the first message of the room's epoch, then without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>The display name of who published it; null when a publisher that is no member gave none.</summary>
    public required string? Sender { get; init; }

    /// <summary>When the room took it, by the directory's clock. Clocks step back; only <see cref="Sequence"/> orders.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the payload is.</summary>
    public required RoomMessageKind Kind { get; init; }

    /// <summary>The publisher's own name for it; null if it gave none.</summary>
    public string? Id { get; init; }

    /// <summary>What it is the latest of, see <see cref="SlowMemberPolicy.KeepLatest"/>; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>The bytes, in an array of the message's own that nobody else writes to.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What has become of an entry that has got its place.</summary>
    internal static RoomMessage Of(LogEntry entry, RoomName room, Guid epoch, LogPlace place) => new()
    {
        Room = room,
        Epoch = epoch,
        Sequence = place.Sequence,
        Sender = entry.Sender,
        At = place.At,
        Id = entry.Id,
        Key = entry.Key,
        Kind = entry.Kind,
        Payload = entry.Payload,
    };
}
