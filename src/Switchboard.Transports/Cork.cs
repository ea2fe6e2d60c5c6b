namespace Switchboard.Transports;

/// <summary>
/// Gathers what a thread sends: while it is corked, a transport that is told to <see cref="ITransport.FlushSoon"/> is noted, and flushed once
/// when the cork is pulled, however much was written to it. A loop's thread is corked for each of its turns. A thread of the pool that has a
/// connection's turn is corked for that connection only, for it may block.
/// </summary>
public sealed class Cork
{
    [ThreadStatic]
    private static Cork? _ofThread;

    private readonly List<Group> _groups = [];

    // The corks that were put, the last one last: each for one transport, or null for all.
    private readonly List<Entry> _corks = [];
    private int _forAll;
    private int _lastNumber;

    private Cork()
    {
    }

    /// <summary>Corks the calling thread for all transports, until <see cref="Pull"/>. Corks may be put on corks.</summary>
    /// <returns>The cork's number, never zero, which no other cork of this thread has had lately.</returns>
    public static int Put()
    {
        var cork = _ofThread ??= new Cork();
        cork._lastNumber = Math.Max(1, unchecked(cork._lastNumber + 1));
        cork._corks.Add(new Entry(null, cork._lastNumber));
        cork._forAll++;
        return cork._lastNumber;
    }

    /// <summary>Corks the calling thread for one transport, until <see cref="Pull"/>: what is sent to others leaves as if there were no cork.</summary>
    public static void Put(ITransport only) => (_ofThread ??= new Cork())._corks.Add(new Entry(only, 0));

    /// <summary>Pulls the cork that was put last. If it was the last one for all, or the last one, all that was noted is flushed.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is not corked.</exception>
    public static void Pull()
    {
        if (_ofThread is not { _corks.Count: > 0 } cork)
        {
            throw new InvalidOperationException("There is no cork to pull on this thread.");
        }

        var isForAll = cork._corks[^1].Only is null;
        try
        {
            if (isForAll ? cork._forAll == 1 : cork._corks.Count == 1)
            {
                cork.FlushNoted();
            }
        }
        finally
        {
            cork._corks.RemoveAt(cork._corks.Count - 1);
            cork._forAll -= isForAll ? 1 : 0;
        }
    }

    /// <summary>As <see cref="Pull"/>, if it is this cork that was put last; nothing otherwise, for then it was pulled before.</summary>
    /// <param name="number">What <see cref="Put()"/> has returned.</param>
    /// <returns>Whether it was pulled now.</returns>
    public static bool TryPull(int number)
    {
        if (number == 0 || _ofThread is not { _corks: [.., var last] } || last.Number != number)
        {
            return false;
        }

        Pull();
        return true;
    }

    /// <summary>Notes a transport, if the calling thread is corked. A transport has itself noted once, by a flag of its own.</summary>
    /// <param name="flusher">Whoever flushes transports of this kind, all that are noted together.</param>
    /// <param name="transport">The transport.</param>
    /// <returns>False if the thread is not corked: flush it now.</returns>
    public static bool TryNote(ICorkFlusher flusher, ITransport transport)
    {
        if (!IsOn(transport))
        {
            return false;
        }

        _ofThread!.GroupOf(flusher).Transports.Add(transport);
        return true;
    }

    /// <summary>Whether the calling thread is corked for this transport: what it sends leaves later.</summary>
    public static bool IsOn(ITransport transport)
    {
        if (_ofThread is not { } cork)
        {
            return false;
        }

        if (cork._forAll > 0)
        {
            return true;
        }

        foreach (var entry in cork._corks)
        {
            if (entry.Only == transport)
            {
                return true;
            }
        }

        return false;
    }

    // Few: one for each loop, and one for transports without a loop.
    private Group GroupOf(ICorkFlusher flusher)
    {
        foreach (var group in _groups)
        {
            if (group.Flusher == flusher)
            {
                return group;
            }
        }

        var added = new Group(flusher);
        _groups.Add(added);
        return added;
    }

    private void FlushNoted()
    {
        // Still corked: what a flush causes to be sent is noted behind, and leaves as well.
        for (var hasFlushed = true; hasFlushed;)
        {
            hasFlushed = false;
            for (var i = 0; i < _groups.Count; i++)
            {
                hasFlushed |= _groups[i].TryFlush();
            }
        }
    }

    private readonly record struct Entry(ITransport? Only, int Number);

    private sealed class Group(ICorkFlusher flusher)
    {
        private List<ITransport> _spare = [];

        internal ICorkFlusher Flusher => flusher;

        internal List<ITransport> Transports { get; private set; } = [];

        internal bool TryFlush()
        {
            if (Transports.Count == 0)
            {
                return false;
            }

            var noted = Transports;
            (Transports, _spare) = (_spare, noted);
            try
            {
                flusher.Flush(noted);
            }
            finally
            {
                noted.Clear();
            }

            return true;
        }
    }
}

/// <summary>Flushes the transports that a thread has noted while it was corked.</summary>
public interface ICorkFlusher
{
    /// <summary>Flushes them all.</summary>
    /// <param name="transports">Each once. Valid during the call.</param>
    void Flush(List<ITransport> transports);
}
