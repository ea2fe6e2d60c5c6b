namespace Switchboard.Rooms.Tests;

/// <summary>A log in memory to which the test says when it answers, and when it fails.</summary>
internal sealed class ScriptedLog : IMessageLog
{
    /// <summary>The log behind it; another one is a store that has lost everything.</summary>
    public IMessageLog Inner { get; set; } = new InMemoryMessageLog();

    /// <summary>Before it is stored.</summary>
    public Func<Task>? BeforeAppend { get; set; }

    /// <summary>When it is stored, and nobody knows yet.</summary>
    public Func<Task>? AfterAppend { get; set; }

    public Func<Task>? BeforeRead { get; set; }

    /// <summary>When a page is read, and nobody has it yet.</summary>
    public Func<HistoryPage, Task<HistoryPage>>? AfterRead { get; set; }

    public Func<Task>? BeforeTrim { get; set; }

    public int Reads { get; private set; }

    public List<int> Batches { get; } = [];

    public static Task Fail() => throw new LogUnavailableException("The disk is full.");

    public async ValueTask<LogReceipt> AppendAsync(RoomName room, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        Batches.Add(entries.Count);
        await (BeforeAppend?.Invoke() ?? Task.CompletedTask);
        var receipt = await Inner.AppendAsync(room, entries, cancellationToken);
        await (AfterAppend?.Invoke() ?? Task.CompletedTask);
        return receipt;
    }

    public async ValueTask<HistoryPage> ReadAsync(RoomName room, HistoryQuery query, CancellationToken cancellationToken)
    {
        Reads++;
        await (BeforeRead?.Invoke() ?? Task.CompletedTask);
        var page = await Inner.ReadAsync(room, query, cancellationToken);
        return AfterRead is { } after ? await after(page) : page;
    }

    public async ValueTask<int> TrimAsync(RoomName room, Retention retention, DateTimeOffset now, int atMost, CancellationToken cancellationToken)
    {
        await (BeforeTrim?.Invoke() ?? Task.CompletedTask);
        return await Inner.TrimAsync(room, retention, now, atMost, cancellationToken);
    }

    public ValueTask<IReadOnlyList<RoomName>> ListAsync(RoomName? after, int limit, CancellationToken cancellationToken) =>
        Inner.ListAsync(after, limit, cancellationToken);
}
