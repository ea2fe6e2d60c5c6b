namespace Switchboard.Transports.Linux.Epoll;

/// <summary>
/// Finds loops that have been at the same step for too long, and tells whom they are at. One timer for all loops of a factory: it stops
/// itself when all of them have slept for a while, and a loop that wakes starts it again.
/// </summary>
internal sealed class LoopWatch : IDisposable
{
    // A block is seen for what it is at most a quarter of the limit too late.
    private const int ChecksInLimit = 4;

    // Stopping and starting costs more than a few checks, so a loop that sleeps between two messages does not stop it.
    private const int QuietChecksToStop = 8;

    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _period;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private EpollLoop[] _loops = [];
    private Seen[] _seen = [];
    private int _quietChecks;
    private int _isChecking;
    private volatile bool _isTicking;
    private bool _isDisposed;

    /// <param name="limit">How long a step may take.</param>
    /// <param name="timeProvider">The clock.</param>
    internal LoopWatch(TimeSpan limit, TimeProvider timeProvider)
    {
        _limit = limit;
        _timeProvider = timeProvider;
        _period = TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds / ChecksInLimit, 1, 1000));
        _timer = timeProvider.CreateTimer(static watch => ((LoopWatch)watch!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal bool IsTicking => _isTicking;

    /// <summary>Begins to watch them. Called once; they may run already.</summary>
    internal void Watch(EpollLoop[] loops)
    {
        lock (_gate)
        {
            _seen = new Seen[loops.Length];
            _loops = loops;
        }

        Start();
    }

    /// <summary>A loop has slept, and has something to do. Called on its thread, each time: so no more than a look.</summary>
    internal void OnWake()
    {
        if (!_isTicking)
        {
            Start();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void Start()
    {
        lock (_gate)
        {
            if (!_isTicking && !_isDisposed)
            {
                _isTicking = true;
                _quietChecks = 0;
                _timer.Change(_period, _period);
            }
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isTicking = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        // A loop that wakes at this moment says so first and then looks whether we tick, without a fence, as it does that for each sleep.
        // We pay for both: either it has seen that we have stopped, or we see now that it is awake.
        Interlocked.MemoryBarrierProcessWide();
        if (_loops.Any(static loop => !loop.IsAsleep))
        {
            Start();
        }
    }

    private void Check()
    {
        // One that takes longer than the period, because a log is slow, is not met by the next.
        if (Interlocked.Exchange(ref _isChecking, 1) != 0)
        {
            return;
        }

        var now = _timeProvider.GetTimestamp();
        var isQuiet = true;
        EpollLoop[] loops;
        lock (_gate)
        {
            loops = _loops;
        }

        for (var i = 0; i < loops.Length; i++)
        {
            isQuiet &= IsQuiet(loops[i], ref _seen[i], now);
        }

        _quietChecks = isQuiet ? _quietChecks + 1 : 0;
        if (_quietChecks >= QuietChecksToStop)
        {
            Stop();
        }

        Volatile.Write(ref _isChecking, 0);
    }

    private bool IsQuiet(EpollLoop loop, ref Seen seen, long now)
    {
        var step = loop.Steps;
        if (step != seen.Step)
        {
            seen = new Seen(step, now);
            return false;
        }

        if (loop.IsAsleep)
        {
            return true;
        }

        var taken = _timeProvider.GetElapsedTime(seen.Since, now);
        if (!seen.IsTold && taken >= _limit && loop.Current is { } current && loop.Steps == step)
        {
            seen.IsTold = true;
            Tell(current, taken);
        }

        return false;
    }

    private static void Tell(object current, TimeSpan taken)
    {
        var observer = current is EpollTransport transport ? transport.Receiver : current;
        try
        {
            (observer as IBlockingObserver)?.OnBlocking(taken);
        }
        catch (Exception)
        {
            // Whoever is told may have a log that fails. That must not end the process, and there is nobody else to tell.
        }
    }

    private record struct Seen(int Step, long Since)
    {
        internal bool IsTold { get; set; }
    }
}
