using System.Buffers;
using Microsoft.Extensions.Logging;
using Switchboard.Diagnostics;

namespace Switchboard.Connections;

/// <summary>Something that looks at the clock now and then.</summary>
internal interface IPulseTarget : IBagged
{
    /// <summary>Time has passed. Called on a timer's thread: be brief, never block.</summary>
    /// <param name="now">Milliseconds of the pulse's clock, as <see cref="Pulse.Now"/>.</param>
    void OnPulse(long now);
}

/// <summary>
/// The one timer of all connections: deadlines and pings are looked at when it beats, not by a timer each.
/// It stands still while it has no target.
/// </summary>
internal sealed class Pulse : IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly TimeSpan _period;
    private readonly long _start;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private Bag<IPulseTarget> _targets = new();
    private int _isBeating;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="shortest">The shortest deadline that it serves: it beats four times as often, within 10 ms to 1 s.</param>
    /// <param name="logger">Where a target that throws is told of.</param>
    internal Pulse(TimeProvider timeProvider, TimeSpan shortest, ILogger logger)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _start = timeProvider.GetTimestamp();
        _period = TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 4, 10, 1000));
        _timer = timeProvider.CreateTimer(static pulse => ((Pulse)pulse!).Beat(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal TimeProvider TimeProvider => _timeProvider;

    internal long Now => (long)_timeProvider.GetElapsedTime(_start).TotalMilliseconds;

    public void Dispose() => _timer.Dispose();

    internal void Add(IPulseTarget target)
    {
        lock (_gate)
        {
            _targets.Add(target);
            if (_targets.Count == 1)
            {
                _timer.Change(_period, _period);
            }
        }
    }

    internal void Remove(IPulseTarget target)
    {
        lock (_gate)
        {
            if (_targets.Remove(target) && _targets.Count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Beat()
    {
        // A beat that takes longer than the period is not met by the next one.
        if (Interlocked.Exchange(ref _isBeating, 1) != 0)
        {
            return;
        }

        IPulseTarget[] targets;
        int count;
        lock (_gate)
        {
            count = _targets.Count;
            targets = ArrayPool<IPulseTarget>.Shared.Rent(count);
            _targets.Items.CopyTo(targets);
        }

        var now = Now;
        foreach (var target in targets.AsSpan(0, count))
        {
            try
            {
                target.OnPulse(now);
            }
            catch (Exception e)
            {
                // A bug of one must not stop the clock of all.
                Log.PulseFailed(_logger, e);
            }
        }

        ArrayPool<IPulseTarget>.Shared.Return(targets, clearArray: true);
        Volatile.Write(ref _isBeating, 0);
    }
}
