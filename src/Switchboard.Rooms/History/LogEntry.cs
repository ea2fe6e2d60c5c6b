namespace Switchboard.Rooms;

/// <summary>A message on its way into a log, before it has a sequence. Nobody changes it once it was handed over.</summary>
public class LogEntry
{
    /// <summary>What was published. Nobody writes to those bytes any more; an application may put others in their place, see <see cref="RoomHooks"/>.</summary>
    public required ReadOnlyMemory<byte> Payload { get; set; }

    /// <summary>What the payload is.</summary>
    public required RoomMessageKind Kind { get; set; }

    /// <summary>The display name that goes with it; null for none.</summary>
    public string? Sender { get; init; }

    /// <summary>
    /// Who publishes, for <see cref="Id"/> only: two entries of one room with the same publisher and the same id are one message. Default "".
    /// </summary>
    public string Publisher { get; init; } = "";

    /// <summary>The publisher's own name for the message; null if it does not ask for effect-once.</summary>
    public string? Id { get; init; }

    /// <summary>What a room with <see cref="SlowMemberPolicy.KeepLatest"/> keeps the latest of; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>When the room took it. A log keeps whole milliseconds, in UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
