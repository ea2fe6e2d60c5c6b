using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite;

/// <summary>Backups of a store from outside: of one that another process works with, or nobody.</summary>
public static class SqliteBackup
{
    /// <summary>Copies a store into one file, as <see cref="SqliteMessageLog.BackupAsync"/> does. Blocks until that is done.</summary>
    /// <param name="directory">The folder of the store, see <see cref="SqliteMessageLogOptions.Directory"/>.</param>
    /// <param name="path">The file to make; on Unix for its owner alone. Its folder must be there.</param>
    /// <exception cref="IOException">The file is there already, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="LogUnavailableException">There is no store, it cannot be read, or the copy not be written.</exception>
    public static void Make(string directory, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = StoreFolder.DatabaseIn(Path.GetFullPath(directory));
        if (!File.Exists(file))
        {
            throw new LogUnavailableException($"There is no store in {directory}.", null);
        }

        try
        {
            Backup.Make(new Database(file, new SqliteMessageLogOptions { Directory = directory }), Path.GetFullPath(path));
        }
        catch (SqliteException fault)
        {
            throw new LogUnavailableException($"The backup {path} could not be made: {fault.Message}", fault);
        }
    }
}
