using System.Text;

namespace Switchboard.Rooms.ContractTests;

/// <summary>What the suites over logs have in common: logs that are disposed with the test, and short ways to say things.</summary>
public abstract class LogSuite : IAsyncDisposable
{
    /// <summary>When the suites' messages are published, unless they say otherwise.</summary>
    protected static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<IMessageLog> _logs = [];

    /// <summary>Ends the test's waiting when the run is stopped.</summary>
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Disposes the logs; what they were stored in is the derived class's to clear away, after this.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        foreach (var log in _logs.OfType<IAsyncDisposable>())
        {
            await log.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Makes an empty log. The suite disposes it, if it can be, once or twice.</summary>
    protected abstract ValueTask<IMessageLog> CreateAsync();

    protected async ValueTask<IMessageLog> NewLogAsync() => Keep(await CreateAsync());

    /// <summary>Has the log disposed with the test.</summary>
    protected IMessageLog Keep(IMessageLog log)
    {
        _logs.Add(log);
        return log;
    }

    protected static RoomName Room(string name) => RoomName.TryCreate(name, out var room, out var problem) ? room : throw new ArgumentException(problem);

    protected static LogEntry Entry(string text, string? id = null, string publisher = "ada", DateTimeOffset? at = null) => new()
    {
        Payload = Encoding.UTF8.GetBytes(text),
        Kind = RoomMessageKind.Text,
        Publisher = publisher,
        Id = id,
        At = at ?? Noon,
    };

    /// <summary>Entries "1", "2" and so on.</summary>
    protected static LogEntry[] Entries(int count, int from = 1) =>
        [.. Enumerable.Range(from, count).Select(number => Entry(number.ToString(System.Globalization.CultureInfo.InvariantCulture)))];

    protected static async Task<IReadOnlyList<long>> Append(IMessageLog log, RoomName room, params LogEntry[] entries) =>
        [.. (await log.AppendAsync(room, entries, Stop)).Places.Select(place => place.Sequence)];

    protected static async Task<HistoryPage> All(IMessageLog log, RoomName room) => await log.ReadAsync(room, HistoryQuery.Behind(0, 100_000), Stop);

    /// <summary>The texts of a page, with a space between.</summary>
    protected static string Texts(HistoryPage page) => string.Join(' ', page.Messages.Select(message => Encoding.UTF8.GetString(message.Payload.Span)));

    protected static long[] Sequences(HistoryPage page) => [.. page.Messages.Select(message => message.Sequence)];
}
