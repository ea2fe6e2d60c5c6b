namespace Switchboard.Transports.Buffers;

/// <summary>
/// The meeting of the receive loop, which parks when it is told to, and the resume that may come from another thread before
/// the loop has parked. Each pause has exactly one resume.
/// </summary>
internal struct ReceivePause
{
    private const int Running = 0;
    private const int Parked = 1;
    private const int ResumedEarly = 2;

    private int _state;

    /// <summary>The loop wants to stop.</summary>
    /// <returns>False if the resume was already there: go on.</returns>
    internal bool TryPark()
    {
        if (Interlocked.CompareExchange(ref _state, Parked, Running) == Running)
        {
            return true;
        }

        Volatile.Write(ref _state, Running);
        return false;
    }

    /// <summary>The receiver wants more.</summary>
    /// <returns>True if the loop is parked, and now to be run by the caller.</returns>
    internal bool TryUnpark()
    {
        if (Interlocked.CompareExchange(ref _state, Running, Parked) == Parked)
        {
            return true;
        }

        Interlocked.CompareExchange(ref _state, ResumedEarly, Running);
        return false;
    }

    /// <summary>The connection was aborted: a parked loop must run once more, to say so.</summary>
    /// <returns>True if the loop is parked, and now to be run by the caller.</returns>
    internal bool TryUnparkForEnd() => Interlocked.CompareExchange(ref _state, Running, Parked) == Parked;
}
