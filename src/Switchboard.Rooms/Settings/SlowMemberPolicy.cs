namespace Switchboard.Rooms;

/// <summary>What becomes of a member that reads more slowly than its room speaks. It never delays another one, whatever is chosen.</summary>
public enum SlowMemberPolicy
{
    /// <summary>Its connection is closed: it comes back with the sequence that it has, and misses nothing. The default.</summary>
    Disconnect,

    /// <summary>The oldest messages that wait for it are left out. Those that have sequences show the gap.</summary>
    DropOldest,

    /// <summary>Of the messages that wait for it with the same <see cref="LogEntry.Key"/> only the latest is kept.</summary>
    KeepLatest,
}
