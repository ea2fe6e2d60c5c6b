using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// Moves written pages from the write-ahead log to the database, on a thread and a connection of its own, so that who appends seldom waits for it. The
/// writer moves the rest when the write-ahead log is long: only between its transactions is there nothing new behind it, and the file begins again.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    private const int PagesBetween = 2_000;

    private readonly Database _database;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Thread _thread;
    private SqliteConnection? _connection;
    private long _pages;
    private volatile bool _isClosed;

    public Checkpointer(Database database, ILogger logger)
    {
        (_database, _logger) = (database, logger);
        _thread = new Thread(Run) { Name = "Switchboard log checkpoints", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The writer has written so many pages. Its thread only.</summary>
    public void HasWritten(int pages)
    {
        _pages += pages;
        if (_pages >= PagesBetween && _signal.CurrentCount == 0)
        {
            _pages = 0;
            _signal.Release();
        }
    }

    public void Dispose()
    {
        _isClosed = true;
        _signal.Release();
        _thread.Join();
        _connection?.Dispose();
        _signal.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _signal.Wait();
            if (_isClosed)
            {
                return;
            }

            Move();
        }
    }

    private void Move()
    {
        try
        {
            _connection ??= _database.OpenToMove();
            Statement.Execute(_connection, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (Exception fault) // nothing is lost by it; if the disk is what fails, the writer will tell
        {
            StoreLog.NotMoved(_logger, fault, _database.File);
            _connection?.Dispose();
            _connection = null;
        }
    }
}
