using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Rooms.Sqlite;

/// <summary>What the database has thrown, in a sentence for whoever runs the server.</summary>
internal static class Fault
{
    public static LogUnavailableException Unavailable(string file, Exception cause) => new(Describe(file, cause), cause);

    /// <summary>Whether the file does not give back what was written to it.</summary>
    public static bool IsDamage(Exception cause) =>
        cause is InvalidDataException
            or SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }
            or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_READ or raw.SQLITE_IOERR_SHORT_READ };

    private static string Describe(string file, Exception cause) => cause is not SqliteException fault
        ? $"{file} cannot be used: {cause.Message}"
        : fault.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => $"The disk of {file} is full. Make room on it: nothing else is needed.",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{file} is locked by somebody else. End what else uses it.",
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => $"{file} may not be written to. Look at its permissions, and whether its disk is read-only.",
            raw.SQLITE_CORRUPT => $"{file} is damaged. Stop the server and restore a backup.",
            raw.SQLITE_NOTADB => $"{file} is no database. Stop the server and restore a backup.",
            raw.SQLITE_CANTOPEN => $"{file} cannot be opened. Look whether it is there, at its permissions, and at the limit of open files.",
            raw.SQLITE_IOERR => $"{file} cannot be read or written: its disk reports an error (SQLite {fault.SqliteExtendedErrorCode}).",
            _ => $"{file} cannot be used: {fault.Message}",
        };
}
