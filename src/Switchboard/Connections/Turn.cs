namespace Switchboard.Connections;

/// <summary>What is to be done when it is a connection's turn.</summary>
[Flags]
internal enum Work
{
    None = 0,

    /// <summary>Bytes that were held while a handler ran are to be read.</summary>
    Held = 1,

    /// <summary>The backlog is gone.</summary>
    Drain = 2,

    /// <summary>The transport has ended.</summary>
    Closed = 4,
}

/// <summary>
/// Lets one thread at a time act for a connection, without making the others wait: who finds it taken leaves its work, and who
/// has it does that work before it goes.
/// </summary>
internal struct Turn
{
    private const int Taken = 1 << 31;

    private int _state;

    internal bool IsTaken => (Volatile.Read(ref _state) & Taken) != 0;

    /// <returns>False if another thread has the turn, and will do the work.</returns>
    internal bool TryTake(Work work)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var isFree = (state & Taken) == 0;
            var next = isFree ? state | Taken : state | (int)work;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                return isFree;
            }
        }
    }

    /// <summary>Waits for the turn. Only for a transport's own thread, whose bytes cannot wait.</summary>
    internal void Take()
    {
        var spin = default(SpinWait);
        while (!TryTake(Work.None))
        {
            spin.SpinOnce();
        }
    }

    /// <returns>What others have left to do; none means that the turn was given up.</returns>
    internal Work TryGiveUp()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var work = (Work)(state & ~Taken);
            if (Interlocked.CompareExchange(ref _state, work == Work.None ? 0 : Taken, state) == state)
            {
                return work;
            }
        }
    }
}
