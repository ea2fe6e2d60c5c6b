namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>A log in memory that commits and reads when the test lets it, and fails when the test wants it.</summary>
internal sealed class StubbornLog : IMessageLog
{
    private readonly InMemoryMessageLog _inner = new(new InMemoryMessageLogOptions { MaxMessagesInRoom = 100_000 });
    private volatile TaskCompletionSource _mayCommit = Open();
    private volatile TaskCompletionSource _mayRead = Open();

    public volatile bool IsBroken;

    public int Waiting;

    public void HoldCommits() => _mayCommit = Shut();

    public void Commit() => _mayCommit.TrySetResult();

    public void HoldReads() => _mayRead = Shut();

    public void Read() => _mayRead.TrySetResult();

    public async ValueTask<LogReceipt> AppendAsync(RoomName room, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Waiting);
        await _mayCommit.Task;
        Interlocked.Decrement(ref Waiting);
        ThrowIfBroken();
        return await _inner.AppendAsync(room, entries, cancellationToken);
    }

    public async ValueTask<HistoryPage> ReadAsync(RoomName room, HistoryQuery query, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Waiting);
        await _mayRead.Task;
        Interlocked.Decrement(ref Waiting);
        ThrowIfBroken();
        return await _inner.ReadAsync(room, query, cancellationToken);
    }

    public ValueTask<int> TrimAsync(RoomName room, Retention retention, DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        _inner.TrimAsync(room, retention, now, atMost, cancellationToken);

    public ValueTask<IReadOnlyList<RoomName>> ListAsync(RoomName? after, int limit, CancellationToken cancellationToken) =>
        _inner.ListAsync(after, limit, cancellationToken);

    private void ThrowIfBroken()
    {
        if (IsBroken)
        {
            throw new LogUnavailableException("The disk is full: make room.");
        }
    }

    private static TaskCompletionSource Shut() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Open()
    {
        var open = Shut();
        open.SetResult();
        return open;
    }
}
