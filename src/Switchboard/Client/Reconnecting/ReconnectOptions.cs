namespace Switchboard;

/// <summary>When a <see cref="ReconnectingWebSocket"/> tries again, and what it keeps meanwhile.</summary>
public sealed record ReconnectOptions
{
    /// <summary>Nobody asks for more in earnest, and timers take 49 days at most.</summary>
    internal static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>
    /// What the delays grow from: before the n-th attempt in a row it waits a random time between zero and this times 2^(n-1), so that
    /// the clients of a server that comes back do not come all at once. Default 500 ms; zero for no delays.
    /// </summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most that it waits, unless the server asks for more (Retry-After). Default 30 s; at most a day, as what a server asks for.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection has to be open for the delays to begin anew. Default 10 s.</summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how many attempts in a row without a healthy connection it gives up. Default null: never.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>
    /// How many payload bytes wait at most while there is no connection, a message counting for at least 64. What is sent beyond is not
    /// queued, and Send returns false. Default 1 MiB; zero for none.
    /// </summary>
    public long MaxQueuedBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Gives the URL of each connection, the first included: with a token that is valid, or with the position that was read up to. Gets the
    /// end of the last connection, or null. What it throws counts as an attempt that failed. Default null: always the same URL.
    /// </summary>
    public Func<Disconnection?, CancellationToken, ValueTask<string>>? BuildUrl { get; init; }

    /// <summary>
    /// Whether to try again after such an end. Default <see cref="Disconnection.IsTransient"/>.
    /// </summary>
    public Func<Disconnection, bool> ShouldReconnect { get; init; } = static ended => ended.IsTransient;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDelay, FirstDelay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDelay, LongestDelay);
        ArgumentOutOfRangeException.ThrowIfLessThan(HealthyAfter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxQueuedBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts ?? 1, 1);
        ArgumentNullException.ThrowIfNull(ShouldReconnect);
    }
}
