using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Transports.Tests.Support;

/// <summary>A clock that a test moves, when it has seen that somebody waits for it.</summary>
internal sealed class CountingClock : FakeTimeProvider
{
    private int _timers;

    /// <summary>How many timers were ever made.</summary>
    internal int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timers);
        return timer;
    }
}
