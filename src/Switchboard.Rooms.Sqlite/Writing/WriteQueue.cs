namespace Switchboard.Rooms.Sqlite;

/// <summary>What waits for the writer, in order and up to so many bytes, what it is writing included. Any thread adds, one takes.</summary>
internal sealed class WriteQueue(long maxBytes)
{
    // A transaction of this many takes some milliseconds: whoever comes next waits no longer for its own.
    private const int MaxPerTransaction = 2_000;
    private const long MaxBytesPerTransaction = 4 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly Queue<PendingWrite> _waiting = [];
    private long _bytes;
    private bool _isClosed;

    /// <summary>How many bytes wait, or are being written.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Adds a write if there is room for it.</summary>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public bool TryAdd(PendingWrite write)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SqliteMessageLog));
            if (_bytes + write.Size > maxBytes)
            {
                return false;
            }

            _bytes += write.Size;
            _waiting.Enqueue(write);
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_gate);
            }

            return true;
        }
    }

    /// <summary>Waits until something is there and takes it, as much as goes in one transaction. False once the queue is closed and empty.</summary>
    public bool Take(List<PendingWrite> batch)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_isClosed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            var bytes = 0L;
            while (batch.Count < MaxPerTransaction && bytes < MaxBytesPerTransaction && _waiting.TryDequeue(out var write))
            {
                batch.Add(write);
                bytes += write.Size;
            }

            return true;
        }
    }

    /// <summary>What was taken is done with.</summary>
    public void Release(List<PendingWrite> batch)
    {
        lock (_gate)
        {
            foreach (var write in batch)
            {
                _bytes -= write.Size;
            }
        }
    }

    /// <summary>Nothing more is added; what waits is still taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
    }
}
