using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite;

/// <summary>Where messages are stored, and how much may wait to be.</summary>
public sealed record SqliteMessageLogOptions
{
    /// <summary>
    /// The folder of the store, which is created with its parents if it is not there; on Unix for its owner alone, as are the files in it. One process
    /// at a time has it. It must be on a disk of this machine: SQLite's write-ahead log does not work over a network. Default <c>./switchboard-data</c>.
    /// </summary>
    public string Directory { get; init; } = "./switchboard-data";

    /// <summary>
    /// How many bytes of messages may wait to be stored, those being stored included; each counts some 200 bytes besides its own. What is more is
    /// refused at once with a <see cref="LogUnavailableException"/>. An append must fit in as a whole. Default 64 MiB; at most 512 MiB.
    /// </summary>
    public long MaxWaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How long to wait for somebody else's lock on the database, such as that of a <c>sqlite3</c> at work, before what waits is told that it
    /// could not be stored. Default 5 s; zero does not wait.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many reads there may be at a time, each with a connection of its own to the database; others wait. Default 4.</summary>
    public int MaxReaders { get; init; } = 4;

    /// <summary>For tests: spoils, or limits, each connection that is opened to write.</summary>
    internal Action<SqliteConnection>? WriterOpened { get; init; }

    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Directory);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxWaitingBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxWaitingBytes, 512 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(LockTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LockTimeout, TimeSpan.FromMinutes(10));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxReaders);
    }
}
