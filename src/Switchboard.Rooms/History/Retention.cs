namespace Switchboard.Rooms;

/// <summary>What a log keeps of a room: the newest messages that satisfy all three. The newest message of all stays unless it is too old.</summary>
public sealed record Retention
{
    /// <summary>How many messages. Default 10,000; null for any number.</summary>
    public long? MaxMessages { get; init; } = 10_000;

    /// <summary>How long a message is kept. Default null: for ever.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many bytes of payload. Default 64 MiB; null for any number.</summary>
    public long? MaxBytes { get; init; } = 64 * 1024 * 1024;
}
