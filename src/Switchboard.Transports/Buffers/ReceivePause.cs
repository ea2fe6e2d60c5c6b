namespace Switchboard.Transports.Buffers;

/// <summary>
/// The meeting of the receive loop, which parks when it is told to, and the resume that may come from another thread before
/// the loop has parked. Each pause has exactly one resume. After the end nobody parks: the loop must run to say that it ended.
/// </summary>
internal struct ReceivePause
{
    private const int Running = 0;
    private const int Parked = 1;
    private const int ResumedEarly = 2;
    private const int Ended = 3;

    private int _state;

    /// <summary>The loop wants to stop.</summary>
    /// <returns>False if the resume, or the end, was already there: go on.</returns>
    internal bool TryPark()
    {
        if (Interlocked.CompareExchange(ref _state, Parked, Running) == Running)
        {
            return true;
        }

        Interlocked.CompareExchange(ref _state, Running, ResumedEarly);
        return false;
    }

    /// <summary>The receiver wants more.</summary>
    /// <returns>True if the loop is parked, and now to be run by the caller.</returns>
    internal bool TryUnpark()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is ResumedEarly or Ended)
            {
                return false;
            }

            // One step from what was seen: the loop may park at this very moment, and its resume must not be lost between two.
            if (Interlocked.CompareExchange(ref _state, state == Parked ? Running : ResumedEarly, state) == state)
            {
                return state == Parked;
            }
        }
    }

    /// <summary>The connection has ended: a parked loop must run once more, to say so, and one that is about to park must not.</summary>
    /// <returns>True if the loop is parked, and now to be run by the caller.</returns>
    internal bool TryUnparkForEnd() => Interlocked.Exchange(ref _state, Ended) == Parked;
}
