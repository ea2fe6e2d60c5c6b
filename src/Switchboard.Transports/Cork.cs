namespace Switchboard.Transports;

/// <summary>
/// Gathers what a thread sends: while it is corked, a transport that is told to <see cref="ITransport.FlushSoon"/> is noted, and flushed once
/// when the cork is pulled, however much was written to it. A transport's own thread is corked for each of its turns.
/// </summary>
public sealed class Cork
{
    [ThreadStatic]
    private static Cork? _ofThread;

    private readonly List<Group> _groups = [];
    private int _depth;

    private Cork()
    {
    }

    /// <summary>Corks the calling thread, until <see cref="Pull"/>. Corks may be put on corks: the outermost one counts.</summary>
    public static void Put() => (_ofThread ??= new Cork())._depth++;

    /// <summary>Pulls the cork that was put last. If it was the outermost, all that was noted is flushed.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is not corked.</exception>
    public static void Pull()
    {
        if (_ofThread is not { _depth: > 0 } cork)
        {
            throw new InvalidOperationException("There is no cork to pull on this thread.");
        }

        try
        {
            if (cork._depth == 1)
            {
                cork.FlushNoted();
            }
        }
        finally
        {
            cork._depth--;
        }
    }

    /// <summary>Notes a transport, if the calling thread is corked. A transport has itself noted once, by a flag of its own.</summary>
    /// <param name="flusher">Whoever flushes transports of this kind, all that are noted together.</param>
    /// <param name="transport">The transport.</param>
    /// <returns>False if the thread is not corked: flush it now.</returns>
    public static bool TryNote(ICorkFlusher flusher, ITransport transport)
    {
        if (_ofThread is not { _depth: > 0 } cork)
        {
            return false;
        }

        cork.GroupOf(flusher).Transports.Add(transport);
        return true;
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
