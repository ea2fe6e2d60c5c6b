namespace Switchboard.Rooms;

/// <summary>How often each member may publish or signal: a token bucket.</summary>
public sealed record RateLimit
{
    /// <summary>How many messages a second, in the long run. Default 100; more than zero.</summary>
    public double PerSecond { get; init; } = 100;

    /// <summary>How many at once after a silence. Default 200; at least 1.</summary>
    public int Burst { get; init; } = 200;
}
