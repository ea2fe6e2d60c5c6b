using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Rooms.Sqlite;

/// <summary>The database of a store, and how connections to it are made.</summary>
internal sealed class Database(string file, SqliteMessageLogOptions options)
{
    // Written pages that are not in the database file yet. At 4 KiB each: 16 MiB, which the writer moves there in some tens of milliseconds.
    private const int PagesBeforeCheckpoint = 4_000;

    public string File => file;

    public SqliteConnection OpenToWrite()
    {
        var connection = Open();
        try
        {
            UseWriteAheadLog(connection);

            // A commit is complete when the system says that the disk has it; on macOS that takes a word more.
            Statement.Execute(connection, "PRAGMA synchronous = FULL");
            Statement.Execute(connection, "PRAGMA fullfsync = ON");
            Statement.Execute(connection, $"PRAGMA wal_autocheckpoint = {PagesBeforeCheckpoint}");
            Statement.Execute(connection, "PRAGMA journal_size_limit = 67108864");
            Statement.Execute(connection, "PRAGMA cache_size = -65536");
            options.WriterOpened?.Invoke(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenToRead()
    {
        var connection = Open();
        Statement.Execute(connection, "PRAGMA query_only = ON");
        return connection;
    }

    private static void UseWriteAheadLog(SqliteConnection connection)
    {
        using var statement = new Statement(connection, "PRAGMA journal_mode = WAL");
        statement.Step();
        if (statement.Text(0) is not "wal" and var mode)
        {
            throw new LogUnavailableException($"{connection.DataSource} cannot have a write-ahead log (its mode stays {mode}): it must be on a disk of this machine.");
        }
    }

    private SqliteConnection Open()
    {
        // Not pooled: a connection that has failed is closed and not seen again.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle, (int)options.LockTimeout.TotalMilliseconds);

            // A damaged page is found when it is read, rather than believed.
            Statement.Execute(connection, "PRAGMA cell_size_check = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
