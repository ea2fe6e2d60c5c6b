using System.Collections.Concurrent;

namespace Switchboard.Rooms;

/// <summary>
/// Forgets what is beyond retention, in short steps behind everyone's back: soon in rooms where something was stored, now and then in all of them, for messages
/// grow old also where nobody says anything.
/// </summary>
internal sealed class Housekeeping : IAsyncDisposable
{
    private const int StepLength = 2_000;
    private const int TicksBetweenTours = 120;

    private static readonly TimeSpan TickLength = TimeSpan.FromSeconds(5);

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
        using var timer = new PeriodicTimer(TickLength, _core.Time);
        for (var tick = 1; await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false); tick++)
        {
            await TrimTouchedAsync().ConfigureAwait(false);

            if (tick % TicksBetweenTours == 0)
            {
                await TourAsync(_core.Durable).ConfigureAwait(false);
                await TourAsync(_core.Ephemeral).ConfigureAwait(false);
            }
        }
    }

    private async Task TrimTouchedAsync()
    {
        foreach (var room in _touched.Keys)
        {
            _touched.TryRemove(room, out _);
            if (!await TryTrimAsync(_core.LogFor(_core.Options.Rules.For(room)), room).ConfigureAwait(false))
            {
                // What one room's log cannot do it cannot do for the next; the others are still noted.
                Touch(room);
                return;
            }
        }
    }

    private async Task TourAsync(IMessageLog log)
    {
        RoomName? last = null;
        try
        {
            while (await log.ListAsync(last, StepLength, _end.Token).ConfigureAwait(false) is { Count: > 0 } rooms)
            {
                foreach (var room in rooms)
                {
                    if (!await TryTrimAsync(log, room).ConfigureAwait(false))
                    {
                        return;
                    }
                }

                last = rooms[^1];
            }
        }
        catch (Exception fault) when (!_end.IsCancellationRequested)
        {
            // A catch-all: the next tour tries again.
            RoomLog.TrimFailed(_core.Log, fault, last?.Encoded ?? "");
        }
    }

    private async Task<bool> TryTrimAsync(IMessageLog log, RoomName room)
    {
        var retention = _core.Options.Rules.For(room).Retention;
        try
        {
            while (await log.TrimAsync(room, retention, _core.Time.GetUtcNow(), StepLength, _end.Token).ConfigureAwait(false) == StepLength)
            {
            }

            return true;
        }
        catch (Exception fault) when (!_end.IsCancellationRequested)
        {
            // A catch-all: what was not forgotten now is forgotten later.
            RoomLog.TrimFailed(_core.Log, fault, room.Encoded);
            return false;
        }
    }
}
