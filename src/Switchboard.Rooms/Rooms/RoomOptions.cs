namespace Switchboard.Rooms;

/// <summary>What a <see cref="RoomDirectory"/> is made of, and its limits.</summary>
public sealed class RoomOptions
{
    /// <summary>Which settings hold in which room.</summary>
    public RoomRules Rules { get; init; } = new();

    /// <summary>Where durable rooms are kept. Default null: durable rooms are kept in memory, too, which is for tests.</summary>
    public IMessageLog? Log { get; init; }

    /// <summary>Where ephemeral rooms are kept. Default one in memory, of its own.</summary>
    public IMessageLog? EphemeralLog { get; init; }

    /// <summary>Who is where. Default in process.</summary>
    public IPresence? Presence { get; init; }

    /// <summary>The line to other nodes. Default none.</summary>
    public IBackplane? Backplane { get; init; }

    /// <summary>The application's own code. Default none.</summary>
    public RoomHooks? Hooks { get; init; }

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How long members are taken for present at most after their node has fallen silent. Default 30 s; nodes renew their leases, and clear away
    /// those of others that have run out, three times in that. More than zero.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many of the newest messages a room that has members keeps at hand. Default 100; zero goes to the log for each who missed something.
    /// </summary>
    public int TailLength { get; init; } = 100;

    /// <summary>How many bytes of payload they may be. Default 256 KiB.</summary>
    /// <remarks>All of it may be delivered to a newcomer at once, so it should be less than what may wait for one connection.</remarks>
    public long MaxTailBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// How many bytes may be published in each room and not delivered yet: payload, and 128 for each message, so that short ones are
    /// bounded too. Beyond it a message is refused as <c>busy</c>, but one is always taken when none waits.
    /// Default 8 MiB; zero takes one message at a time.
    /// </summary>
    public long MaxUndeliveredBytes { get; init; } = 8 * 1024 * 1024;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(TailLength);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxTailBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxUndeliveredBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Lease, TimeSpan.Zero);
    }
}
