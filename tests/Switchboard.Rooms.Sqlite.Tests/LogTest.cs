using System.Text;
using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite.Tests;

/// <summary>A store in a folder of its own, and short ways to say things.</summary>
public abstract class LogTest : IAsyncDisposable
{
    protected static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    protected static readonly RoomName Lobby = Room("lobby");

    private readonly StoreFolders _folders = new();
    private readonly List<SqliteMessageLog> _logs = [];

    protected LogTest() => Options = new SqliteMessageLogOptions { Directory = _folders.Next(), LockTimeout = TimeSpan.Zero };

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What <see cref="Open"/> opens.</summary>
    protected SqliteMessageLogOptions Options { get; set; }

    protected string File => Path.Combine(Options.Directory, "switchboard.db");

    public async ValueTask DisposeAsync()
    {
        await DisposeLogs();
        _folders.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task DisposeLogs()
    {
        foreach (var log in _logs)
        {
            await log.DisposeAsync();
        }
    }

    protected SqliteMessageLog Open(TimeProvider? clock = null)
    {
        var log = SqliteMessageLog.Open(Options, clock);
        _logs.Add(log);
        return log;
    }

    /// <summary>A folder that is not there yet.</summary>
    protected string NewFolder() => _folders.Next();

    /// <summary>A connection of somebody else's.</summary>
    protected SqliteConnection Stranger()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    protected static void Execute(SqliteConnection connection, string sql) => Statement.Execute(connection, sql);

    protected static RoomName Room(string name) => RoomName.TryCreate(name, out var room, out var problem) ? room : throw new ArgumentException(problem);

    protected static LogEntry Entry(string text, string? id = null) =>
        new() { Payload = Encoding.UTF8.GetBytes(text), Kind = RoomMessageKind.Text, Id = id, At = Noon };

    protected static async Task<long> Append(SqliteMessageLog log, string text, string? id = null) =>
        (await log.AppendAsync(Lobby, [Entry(text, id)], Stop)).Places[0].Sequence;

    protected static Task<LogUnavailableException> IsRefused(SqliteMessageLog log, string text = "refused", string? id = null) =>
        Assert.ThrowsAsync<LogUnavailableException>(() => Append(log, text, id));

    protected static async Task<string> Texts(SqliteMessageLog log)
    {
        var page = await log.ReadAsync(Lobby, HistoryQuery.Behind(0, 100_000), Stop);
        Assert.Equal(Enumerable.Range((int)page.First, page.Messages.Count).Select(i => (long)i), page.Messages.Select(message => message.Sequence));
        return string.Join(' ', page.Messages.Select(message => Encoding.UTF8.GetString(message.Payload.Span)));
    }
}
