namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// The one thread that writes: it takes all that waits, from all rooms, into one transaction, and tells those who wait once that is committed. So a
/// commit, which waits for the disk, is shared by as many as have come during the one before. After a fault the connection is closed, and the next
/// transaction opens another: nothing is to be done when the cause is gone.
/// </summary>
internal sealed class Writer : IDisposable
{
    private readonly Database _database;
    private readonly Guid _epoch;
    private readonly HealthRecord _health;
    private readonly WriteQueue _queue;
    private readonly Checkpointer _checkpointer;
    private readonly Thread _thread;
    private WritingSession? _session;
    private long _commits;

    public Writer(Database database, Guid epoch, HealthRecord health, WriteQueue queue, Checkpointer checkpointer)
    {
        (_database, _epoch, _health, _queue, _checkpointer) = (database, epoch, health, queue, checkpointer);
        _thread = new Thread(Run) { Name = "Switchboard message log", IsBackground = true };
        _thread.Start();
    }

    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
        _session?.Dispose();
    }

    private void Run()
    {
        var batch = new List<PendingWrite>();
        while (_queue.Take(batch))
        {
            var fault = Write(batch);
            _queue.Release(batch);
            Tell(batch, fault);
            batch.Clear();
        }
    }

    private Exception? Write(List<PendingWrite> batch)
    {
        try
        {
            _session ??= Open();
            _session.Begin();
            foreach (var write in batch)
            {
                write.Write(_session);
            }

            _session.Commit();
            Volatile.Write(ref _commits, _commits + 1);
            _health.HasWritten();
            _checkpointer.HasWritten(_session.TakePagesWritten());
            return null;
        }
        catch (Exception fault) // whatever it is, nothing was acknowledged and the thread must live
        {
            GiveUp(fault);
            return fault;
        }
    }

    private void GiveUp(Exception fault)
    {
        _session?.Dispose();
        _session = null;
        var problem = Fault.Unavailable(_database.File, fault).Message;
        _health.HasNotWritten(problem);
        if (Fault.IsDamage(fault))
        {
            _health.HasDamage(problem);
        }
    }

    private void Tell(List<PendingWrite> batch, Exception? fault)
    {
        foreach (var write in batch)
        {
            if (fault is null)
            {
                write.Succeed();
            }
            else
            {
                write.Fail(Fault.Unavailable(_database.File, fault));
            }
        }
    }

    private WritingSession Open()
    {
        var connection = _database.OpenToWrite();
        try
        {
            return new WritingSession(connection, _epoch);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
