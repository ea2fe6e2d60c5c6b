using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// Reads on the thread pool, so many at a time, each on a connection that is kept for the next. One that has failed is closed. Whoever reads never
/// waits for the writer, nor the writer for it.
/// </summary>
internal sealed class Readers(Database database, HealthRecord health, int most) : IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(most);
    private readonly ConcurrentBag<ReadingSession> _idle = [];
    private volatile bool _isClosed;

    public async Task<T> ReadAsync<T>(Func<ReadingSession, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SqliteMessageLog));
            return await Task.Run(() => Read(read), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads that have begun, and refuses others.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        for (var i = 0; i < most; i++)
        {
            await _free.WaitAsync().ConfigureAwait(false);
        }

        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        _free.Release(most); // those who wait are told
    }

    private T Read<T>(Func<ReadingSession, T> read)
    {
        ReadingSession? session = null;
        try
        {
            session = _idle.TryTake(out var idle) ? idle : Open();
            var result = read(session);
            _idle.Add(session);
            return result;
        }
        catch (Exception fault) when (fault is SqliteException or InvalidDataException)
        {
            session?.Dispose();
            var unavailable = Fault.Unavailable(database.File, fault);
            if (Fault.IsDamage(fault))
            {
                health.HasDamage(unavailable.Message);
            }

            throw unavailable;
        }
    }

    private ReadingSession Open()
    {
        var connection = database.OpenToRead();
        try
        {
            return new ReadingSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
