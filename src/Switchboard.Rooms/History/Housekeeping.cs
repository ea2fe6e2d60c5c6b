using System.Collections.Concurrent;

namespace Switchboard.Rooms;

/// <summary>
/// Forgets what is beyond retention, in short steps behind everyone's back: soon in rooms where something was stored, now and then in all of them, for messages
/// grow old also where nobody says anything.
/// </summary>
internal sealed class Housekeeping : IAsyncDisposable
{
    private const int StepLength = 500;
    private const int TicksBetweenTours = 120;

    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<RoomName, bool> _touched = [];
    private readonly CancellationTokenSource _end = new();
    private readonly RoomCore _core;
    private readonly Task _work;

    public Housekeeping(RoomCore core)
    {
        _core = core;
        _work = WorkAsync();
    }

    public void Touch(RoomName room) => _touched.TryAdd(room, true);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task WorkAsync()
    {
        using var timer = new PeriodicTimer(_tick, _core.Time);
        for (var tick = 1; await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false); tick++)
        {
            foreach (var room in _touched.Keys)
            {
                _touched.TryRemove(room, out _);
                await TrimAsync(room).ConfigureAwait(false);
            }

            if (tick % TicksBetweenTours == 0)
            {
                await TourAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task TourAsync()
    {
        RoomName? last = null;
        try
        {
            while (await _core.Durable.ListAsync(last, StepLength, _end.Token).ConfigureAwait(false) is { Count: > 0 } rooms)
            {
                foreach (var room in rooms)
                {
                    await TrimAsync(room).ConfigureAwait(false);
                }

                last = rooms[^1];
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A catch-all: the next tour tries again.
            RoomLog.TrimFailed(_core.Log, fault, last?.Encoded ?? "");
        }
    }

    private async Task TrimAsync(RoomName room)
    {
        var settings = _core.Options.Rules.For(room);
        try
        {
            while (await _core.LogFor(settings).TrimAsync(room, settings.Retention, _core.Time.GetUtcNow(), StepLength, _end.Token).ConfigureAwait(false) == StepLength)
            {
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A catch-all: what was not forgotten now is forgotten later.
            RoomLog.TrimFailed(_core.Log, fault, room.Encoded);
            Touch(room);
        }
    }
}
