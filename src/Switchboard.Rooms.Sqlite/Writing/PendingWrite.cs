namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// Something that waits to be written. The writer lets it do its part of a transaction, and then tells it how that ended; whoever waits for it
/// goes on elsewhere, never on the writer's thread.
/// </summary>
/// <param name="size">What it counts for in the queue, in bytes.</param>
internal abstract class PendingWrite(long size)
{
    /// <summary>What anything that waits keeps alive, about, besides its text and payload.</summary>
    public const int Overhead = 200;

    public long Size => size;

    public abstract void Write(WritingSession session);

    /// <summary>The transaction is committed.</summary>
    public abstract void Succeed();

    /// <summary>The transaction is not, or nobody knows.</summary>
    public abstract void Fail(Exception fault);
}

/// <inheritdoc/>
internal abstract class PendingWrite<T>(long size) : PendingWrite(size)
{
    private readonly TaskCompletionSource<T> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _end.Task;

    public sealed override void Write(WritingSession session) => _result = Do(session);

    public sealed override void Succeed() => _end.SetResult(_result!);

    public sealed override void Fail(Exception fault)
    {
        _end.SetException(fault);
        _ = _end.Task.Exception; // seen: whoever waited may have been cancelled
    }

    protected abstract T Do(WritingSession session);
}
