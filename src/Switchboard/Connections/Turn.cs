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

    /// <summary>The owner is to be told that messages can be sent. On the thread pool only.</summary>
    Open = 8,

    /// <summary>Handlers have left something to do later. Not where a transport's own thread does it.</summary>
    Posted = 16,

    /// <summary>The connection is to give back the memory that it pins.</summary>
    Relinquish = 32,
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

    /// <summary>Takes the turn for a thread that is yet to come, or leaves the work to the one that has it.</summary>
    /// <returns>Whether a thread is to be sent; it begins with <see cref="TakeWork"/>.</returns>
    internal bool TryReserve(Work work) => (Interlocked.Or(ref _state, Taken | (int)work) & Taken) == 0;

    /// <returns>What is to be done by the one who has the turn, who keeps it.</returns>
    internal Work TakeWork() => (Work)(Interlocked.And(ref _state, Taken) & ~Taken);

    /// <returns>False if others have left something to do meanwhile: then the turn is not given up.</returns>
    internal bool TryLeave() => Interlocked.CompareExchange(ref _state, 0, Taken) == Taken;

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
