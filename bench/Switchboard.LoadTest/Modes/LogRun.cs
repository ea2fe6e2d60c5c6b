using System.Diagnostics;
using Switchboard.LoadTest.Measure;
using Switchboard.Rooms;
using Switchboard.Rooms.Sqlite;

namespace Switchboard.LoadTest.Modes;

/// <summary>One window of one store. Each message is an append of its own, as if each came from a connection of its own.</summary>
internal sealed class LogRun
{
    private const int StepOfForgetting = 2_000;

    private readonly LogLoad _load;
    private readonly SqliteMessageLog _log;
    private readonly RoomName[] _rooms;
    private readonly string[] _publishers;
    private readonly ReadOnlyMemory<byte> _payload;
    private readonly LatencyHistogram _latencies = new();
    private readonly Lock _gate = new();
    private long _acknowledged;
    private long _number;
    private volatile bool _isMeasuring;
    private volatile bool _isOver;

    private LogRun(LogLoad load, SqliteMessageLog log)
    {
        (_load, _log) = (load, log);
        _rooms = [.. Enumerable.Range(0, load.Rooms).Select(Room)];
        _publishers = [.. Enumerable.Range(0, load.Publishers).Select(publisher => $"publisher-{publisher}")];
        _payload = new byte[load.Size];
    }

    /// <summary>Each publisher has so many messages in flight: the next leaves when one is acknowledged.</summary>
    public static LogResult AtFullLoad(LogLoad load, string folder) => Run(load, folder, run =>
        [.. Enumerable.Range(0, load.Publishers * load.InFlight).Select(slot => Task.Run(() => run.PublishAsync(slot % load.Publishers)))]);

    /// <summary>So many messages a second, come what may: the time until the ack counts from when a message was due.</summary>
    public static LogResult AtRate(LogLoad load, string folder) => Run(load, folder, run => [Task.Factory.StartNew(run.Pace, TaskCreationOptions.LongRunning)]);

    private static RoomName Room(int number) =>
        RoomName.TryCreate($"room-{number}", out var room, out var problem) ? room : throw new InvalidOperationException(problem);

    private static LogResult Run(LogLoad load, string folder, Func<LogRun, Task[]> start)
    {
        var log = SqliteMessageLog.Open(new SqliteMessageLogOptions { Directory = folder });
        var run = new LogRun(load, log);
        Task[] working = [Task.Run(run.ForgetAsync), .. start(run)];
        Thread.Sleep(load.Warmup);
        run._isMeasuring = true;
        var (began, acknowledged, commits, cpu) = (Stopwatch.GetTimestamp(), Interlocked.Read(ref run._acknowledged), log.Commits, Environment.CpuUsage.TotalTime);
        Thread.Sleep(load.Window);
        var elapsed = Stopwatch.GetElapsedTime(began);
        var messages = Interlocked.Read(ref run._acknowledged) - acknowledged;
        (commits, cpu) = (log.Commits - commits, Environment.CpuUsage.TotalTime - cpu);
        run._isMeasuring = false;
        run._isOver = true;
        Task.WhenAll(working).GetAwaiter().GetResult();
        log.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (messages == 0 || commits == 0)
        {
            throw new RunFailedException("Nothing was stored.");
        }

        return new LogResult(messages / elapsed.TotalSeconds, (double)messages / commits, Latency.Of(run._latencies), cpu / messages);
    }

    // As whoever keeps rooms does: in short steps, room by room.
    private async Task ForgetAsync()
    {
        var retention = new Retention { MaxMessages = _load.Keep, MaxBytes = null };
        for (var room = 0; !_isOver; room = (room + 1) % _rooms.Length)
        {
            while (await _log.TrimAsync(_rooms[room], retention, DateTimeOffset.UtcNow, StepOfForgetting, CancellationToken.None).ConfigureAwait(false) == StepOfForgetting)
            {
            }

            if (room == _rooms.Length - 1)
            {
                await Task.Delay(20).ConfigureAwait(false);
            }
        }
    }

    private async Task PublishAsync(int publisher)
    {
        while (!_isOver)
        {
            await AppendAsync(publisher, Stopwatch.GetTimestamp()).ConfigureAwait(false);
        }
    }

    private void Pace()
    {
        var appends = new List<Task>();
        var began = Stopwatch.GetTimestamp();
        for (var sent = 0L; !_isOver; Thread.Sleep(1))
        {
            for (var due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * _load.Rate); sent < due; sent++)
            {
                var dueAt = began + (long)((double)sent / _load.Rate * Stopwatch.Frequency);
                appends.Add(AppendAsync((int)(sent % _load.Publishers), dueAt));
            }

            appends.RemoveAll(append => append.IsCompletedSuccessfully);
        }

        Task.WhenAll(appends).GetAwaiter().GetResult();
    }

    private async Task AppendAsync(int publisher, long since)
    {
        var number = Interlocked.Increment(ref _number);
        var entry = new LogEntry
        {
            Payload = _payload,
            Kind = RoomMessageKind.Text,
            Sender = _publishers[publisher],
            Publisher = _publishers[publisher],
            Id = _load.HasIds ? LogLoad.Id(number) : null,
            At = DateTimeOffset.UtcNow,
        };
        await _log.AppendAsync(_rooms[publisher % _rooms.Length], [entry], CancellationToken.None).ConfigureAwait(false);
        Interlocked.Increment(ref _acknowledged);
        if (_isMeasuring)
        {
            lock (_gate)
            {
                _latencies.Record((long)Stopwatch.GetElapsedTime(since).TotalNanoseconds);
            }
        }
    }
}
