namespace Switchboard.Rooms.Sqlite;

/// <summary>Whether a log does its work.</summary>
/// <param name="Problem">What is wrong and what to do about it, in a sentence or two; null if nothing is.</param>
/// <param name="Since">Since when that is so; null if nothing is wrong.</param>
public sealed record LogHealth(string? Problem, DateTimeOffset? Since)
{
    internal static readonly LogHealth Good = new(null, null);

    /// <summary>Whether nothing is known to be wrong.</summary>
    public bool IsHealthy => Problem is null;
}
