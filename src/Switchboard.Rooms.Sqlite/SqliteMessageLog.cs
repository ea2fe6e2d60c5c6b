using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// The messages of rooms in a SQLite database. An append is complete when its transaction is on the disk; one thread writes for all rooms, and all that
/// waits for it shares a transaction. Reads run on the thread pool, beside it. Safe from any thread; no caller's thread is blocked, but by <see cref="Open"/>.
/// </summary>
/// <remarks>
/// One process has the store. All rooms of it share an epoch, which was made with it. When the disk is full, or fails, or is locked, appends are refused
/// and nothing is acknowledged; the first one after it works again is stored as ever. Text that is no UTF-16 (half of a surrogate pair) is refused with
/// an <see cref="ArgumentException"/>.
/// </remarks>
public sealed class SqliteMessageLog : IMessageLog, IAsyncDisposable
{
    private readonly SqliteMessageLogOptions _options;
    private readonly StoreFolder _folder;
    private readonly Database _database;
    private readonly HealthRecord _health;
    private readonly Readers _readers;
    private readonly WriteQueue _queue;
    private readonly Checkpointer _checkpointer;
    private readonly Writer _writer;
    private readonly Guid _epoch;
    private int _isDisposed;

    private SqliteMessageLog(SqliteMessageLogOptions options, StoreFolder folder, Database database, Guid epoch, HealthRecord health, ILogger logger)
    {
        (_options, _folder, _database, _epoch, _health) = (options, folder, database, epoch, health);
        _readers = new Readers(database, health, options.MaxReaders);
        _queue = new WriteQueue(options.MaxWaitingBytes);
        _checkpointer = new Checkpointer(database, logger);
        _writer = new Writer(database, epoch, health, _queue, _checkpointer);
    }

    /// <summary>What is known to be wrong now, without asking the disk. See <see cref="CheckAsync"/>.</summary>
    public LogHealth Health => _health.Current;

    /// <summary>How many bytes wait to be stored, or are being stored: at most <see cref="SqliteMessageLogOptions.MaxWaitingBytes"/>.</summary>
    public long WaitingBytes => _queue.Bytes;

    /// <summary>How many transactions were committed since the log was opened: the fewer for what was appended, the better they are shared.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Opens a store, or makes one. It blocks while it reads, and while it recovers what a killed process has left: for milliseconds as a rule.</summary>
    /// <param name="options">Where, and how much.</param>
    /// <param name="clock">For <see cref="LogHealth.Since"/>. Default the system's.</param>
    /// <param name="logger">Hears what is wrong, and that it is over. Default nobody.</param>
    /// <exception cref="LogUnavailableException">
    /// Another process has the store, a newer version has written it, it is damaged, or the folder cannot be made or written to.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SqliteMessageLog Open(SqliteMessageLogOptions options, TimeProvider? clock = null, ILogger<SqliteMessageLog>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        ILogger log = logger ?? NullLogger<SqliteMessageLog>.Instance;
        var folder = StoreFolder.Open(options.Directory);
        try
        {
            var database = new Database(folder.Database, options);
            var epoch = Prepare(database, log);
            StoreLog.Opened(log, database.File, epoch);
            return new SqliteMessageLog(options, folder, database, epoch, new HealthRecord(clock ?? TimeProvider.System, log), log);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no entry, or they are more than <see cref="SqliteMessageLogOptions.MaxWaitingBytes"/>, or text is no UTF-16.</exception>
    /// <exception cref="ObjectDisposedException">The log is disposed.</exception>
    public ValueTask<LogReceipt> AppendAsync(RoomName room, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
        {
            throw new ArgumentException("An append has one entry or more.", nameof(entries));
        }

        // A list of the writer's own: whoever is cancelled may use theirs again while it is still read here.
        var append = new Append(room, [.. entries]);
        if (append.Size > _options.MaxWaitingBytes)
        {
            throw new ArgumentException($"These entries count {append.Size} bytes, and {nameof(_options.MaxWaitingBytes)} is {_options.MaxWaitingBytes}.", nameof(entries));
        }

        return WriteAsync(append, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The log is disposed.</exception>
    public ValueTask<HistoryPage> ReadAsync(RoomName room, HistoryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        return new(_readers.ReadAsync(session => session.Read(room, query, _epoch), cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The log is disposed.</exception>
    public ValueTask<int> TrimAsync(RoomName room, Retention retention, DateTimeOffset now, int atMost, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(retention);
        ArgumentOutOfRangeException.ThrowIfNegative(atMost);
        return WriteAsync(new Trim(room, retention, now, atMost), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The log is disposed.</exception>
    public ValueTask<IReadOnlyList<RoomName>> ListAsync(RoomName? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return new(_readers.ReadAsync(session => session.List(after, limit), cancellationToken));
    }

    /// <summary>
    /// Whether the log does its work, for whoever decides to send it some. While nothing is known to be wrong it answers at once. Else it tries: it
    /// stores 64 KiB and takes them away again, and after damage reads the whole file, which takes as long as that takes.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ObjectDisposedException">The log is disposed.</exception>
    public async ValueTask<LogHealth> CheckAsync(CancellationToken cancellationToken = default)
    {
        if (Health.IsHealthy)
        {
            return Health;
        }

        try
        {
            if (_health.IsDamaged)
            {
                await _readers.ReadAsync(Check, cancellationToken).ConfigureAwait(false);
                _health.IsWhole();
            }

            await WriteAsync(new Probe(isCleared: false), cancellationToken).ConfigureAwait(false);
            await WriteAsync(new Probe(isCleared: true), cancellationToken).ConfigureAwait(false);
        }
        catch (LogUnavailableException)
        {
            // It has left its word in the record.
        }

        return Health;
    }

    /// <summary>
    /// Copies the store into one file while it works: all that was complete when this began. Whoever begins with the copy, as <c>switchboard.db</c> in a folder of its
    /// own, has another epoch: what was stored after it is lost there.
    /// </summary>
    /// <param name="path">The file to make; on Unix for its owner alone. Its folder must be there.</param>
    /// <param name="cancellationToken">Ends the waiting, and not the copying.</param>
    /// <exception cref="IOException">The file is there already, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="LogUnavailableException">The store cannot be read, or the copy not be written.</exception>
    public async ValueTask BackupAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        try
        {
            await Task.Run(() => Backup.Make(_database, Path.GetFullPath(path)), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException fault)
        {
            throw new LogUnavailableException($"The backup {path} could not be made: {fault.Message}", fault);
        }
    }

    /// <summary>Stores what waits, and closes the store. Waits for the reads that have begun.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _readers.DisposeAsync().ConfigureAwait(false);
            await Task.Run(Close).ConfigureAwait(false);
        }
    }

    // What waits is written first. The last connection to close takes the write-ahead log away.
    private void Close()
    {
        _writer.Dispose();
        _checkpointer.Dispose();
        _folder.Dispose();
    }

    private static bool Check(ReadingSession session)
    {
        session.Check();
        return true;
    }

    private static Guid Prepare(Database database, ILogger logger)
    {
        try
        {
            using var connection = database.OpenToWrite();
            return Migrations.Run(connection, database.File, logger);
        }
        catch (SqliteException fault)
        {
            throw Fault.Unavailable(database.File, fault);
        }
    }

    private ValueTask<T> WriteAsync<T>(PendingWrite<T> write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        return _queue.TryAdd(write)
            ? new(write.Task.WaitAsync(cancellationToken))
            : ValueTask.FromException<T>(new LogUnavailableException(
                $"Messages come faster than {_database.File} takes them: {_queue.Bytes} bytes wait already, and {write.Size} more are beyond {_options.MaxWaitingBytes}. Try again in a moment."));
    }
}
