namespace Switchboard.Transports.Linux;

/// <summary>How an <see cref="EpollTransportFactory"/> works.</summary>
public sealed record EpollOptions
{
    /// <summary>How many loops there are, each a thread. Default 0: one for each processor that the process may use.</summary>
    public int Loops { get; init; }

    /// <summary>
    /// For how long one step of a loop, such as a burst's handlers, may keep its other connections waiting before the connection that it
    /// is at is told (<see cref="IBlockingObserver"/>), which logs a warning. Default 100 ms; zero turns the watch off.
    /// </summary>
    public TimeSpan BlockedAfter { get; init; } = TimeSpan.FromMilliseconds(100);
}
