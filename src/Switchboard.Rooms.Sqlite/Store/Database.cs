using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Rooms.Sqlite;

/// <summary>The database of a store, and how connections to it are made.</summary>
internal sealed class Database(string file, SqliteMessageLogOptions options)
{
    // How long the write-ahead log may get before the writer itself moves to the database what the checkpointer has left: 64 MiB of 4 KiB each.
    // Chosen with `load log`; rerun it before changing.
    private const int PagesBeforeRestart = 16_000;

    // What the writer keeps in memory of the file: 64 MiB. Ids of no order go to as many pages of the index.
    private const int CacheKibibytes = 65_536;

    public string File => file;

    public SqliteConnection OpenToWrite()
    {
        var connection = Open();
        try
        {
            UseWriteAheadLog(connection);

            MakeDurable(connection);
            Statement.Execute(connection, $"PRAGMA wal_autocheckpoint = {PagesBeforeRestart}");
            Statement.Execute(connection, "PRAGMA journal_size_limit = 134217728"); // the file keeps its length, to be written over, up to that
            Statement.Execute(connection, $"PRAGMA cache_size = -{CacheKibibytes}");
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

    /// <summary>For moving pages from the write-ahead log to the database.</summary>
    public SqliteConnection OpenToMove()
    {
        var connection = Open();
        MakeDurable(connection);
        return connection;
    }

    // A commit is complete when the system says that the disk has it; on macOS that takes a word more.
    private static void MakeDurable(SqliteConnection connection)
    {
        Statement.Execute(connection, "PRAGMA synchronous = FULL");
        Statement.Execute(connection, "PRAGMA fullfsync = ON");
        Statement.Execute(connection, "PRAGMA checkpoint_fullfsync = ON");
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
