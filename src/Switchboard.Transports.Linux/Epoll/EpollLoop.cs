using System.Diagnostics.CodeAnalysis;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>
/// One thread and its epoll. A turn of it is: wait for events, hand each to its connection, do what was posted, and then send what all of
/// that caused to be written, once for each connection. All connections of a loop read into one buffer.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The thread disposes what it used when it ends.")]
internal sealed unsafe class EpollLoop : ICorkFlusher
{
    // A burst of small frames, or much of a large one, in one call; half of a usual second-level cache.
    private const int ReceiveBufferSize = 256 * 1024;

    [ThreadStatic]
    private static EpollLoop? _ofThread;

    private readonly Poller _poller = new();
    private readonly HandlerTable _handlers = new();
    private readonly Wakeup _wakeup = new();
    private readonly byte[] _receiveBuffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferSize, pinned: true);
    private readonly Lock _postGate = new();
    private readonly Lock _lateGate = new();
    private readonly LoopWatch? _watch;
    private List<IThreadPoolWorkItem> _posted = [];
    private List<IThreadPoolWorkItem> _running = [];
    private List<EpollTransport> _ready = [];
    private List<EpollTransport> _receiving = [];

    // Set before the loop looks at its queue for the last time and waits; who posts and finds it set has to wake the loop.
    private int _isAsleep;
    private volatile bool _isStopping;
    private volatile bool _hasEnded;
    private int _connections;
    private int _steps;
    private object? _current;

    /// <param name="index">Which of its factory's loops it is.</param>
    /// <param name="watch">Told when it has slept and has something to do.</param>
    internal EpollLoop(int index, LoopWatch? watch = null)
    {
        _watch = watch;
        if (!_poller.TryAdd(_wakeup.Number, _handlers.Add(_wakeup), LibC.EPOLLIN))
        {
            _poller.Dispose();
            throw new IOException("The system has no resources for another event loop.");
        }

        Thread = new Thread(Run) { IsBackground = true, Name = $"Switchboard loop {index}" };
        Thread.Start();
    }

    internal Thread Thread { get; }

    internal bool IsCurrent => _ofThread == this;

    /// <summary>How many connections it has, those included that are on their way to it.</summary>
    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>Counted up with everything that it does: who sees the same number twice sees it stuck, or asleep.</summary>
    internal int Steps => Volatile.Read(ref _steps);

    /// <summary>There is no thread any more, and nothing is watched.</summary>
    internal bool HasEnded => _hasEnded;

    internal bool IsAsleep => Volatile.Read(ref _isAsleep) != 0;

    /// <summary>What it is doing. Read between two equal <see cref="Steps"/>, it is what that step does, or null.</summary>
    internal object? Current => Volatile.Read(ref _current);

    /// <summary>Where its connections receive. Pinned, and used by one at a time.</summary>
    internal Span<byte> ReceiveBuffer => _receiveBuffer;

    /// <summary>Runs work in this turn or the next, behind what was posted before. From any thread.</summary>
    internal void Post(IThreadPoolWorkItem work)
    {
        lock (_postGate)
        {
            Enqueue(work);
        }

        WakeIfAsleep();
    }

    /// <summary>What a corked thread has written to connections of this loop: its own sends it, another one posts it all together.</summary>
    public void Flush(List<ITransport> transports)
    {
        if (IsCurrent)
        {
            foreach (var transport in transports)
            {
                ((EpollTransport)transport).FlushNoted();
            }

            return;
        }

        lock (_postGate)
        {
            foreach (var transport in transports)
            {
                if (((EpollTransport)transport).TryRequestFlush())
                {
                    Enqueue((EpollTransport)transport);
                }
            }
        }

        WakeIfAsleep();
    }

    internal void AddConnection() => Interlocked.Increment(ref _connections);

    internal void RemoveConnection() => Interlocked.Decrement(ref _connections);

    /// <summary>On the loop's thread.</summary>
    internal bool TryWatch(int descriptor, IEventHandler handler, uint events, out ulong data)
    {
        data = _handlers.Add(handler);
        if (!_hasEnded && _poller.TryAdd(descriptor, data, events))
        {
            return true;
        }

        _handlers.Remove(data);
        data = 0;
        return false;
    }

    /// <summary>Forgets a handler whose descriptor is about to be closed. On the loop's thread.</summary>
    internal void Forget(ulong data) => _handlers.Remove(data);

    /// <summary>Forgets a handler, and no longer watches its descriptor, which lives on. On the loop's thread.</summary>
    internal void Unwatch(int descriptor, ulong data)
    {
        _handlers.Remove(data);
        _poller.Remove(descriptor);
    }

    /// <summary>There is more to receive: goes on with it in the next turn, after the others. On the loop's thread.</summary>
    internal void ReceiveAgain(EpollTransport transport) => _ready.Add(transport);

    /// <summary>Ends the thread after its turn. Whoever is still here is cut.</summary>
    internal void Stop()
    {
        lock (_postGate)
        {
            if (!_isStopping)
            {
                _isStopping = true;
                _wakeup.Wake();
            }
        }
    }

    private void Run()
    {
        _ofThread = this;
        while (!_isStopping)
        {
            TakeTurn(WaitForEvents());
        }

        foreach (var handler in _handlers.All())
        {
            handler.OnLoopEnds();
        }

        do
        {
            TakeTurn(0);
        }
        while (!TryEnd());
        _poller.Dispose();
    }

    private bool TryEnd()
    {
        lock (_postGate)
        {
            _hasEnded = _posted.Count == 0;
            return _hasEnded;
        }
    }

    // Under the gate.
    private void Enqueue(IThreadPoolWorkItem work)
    {
        if (_hasEnded)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new LateWork(this, work), preferLocal: false);
        }
        else
        {
            _posted.Add(work);
        }
    }

    private int WaitForEvents()
    {
        if (_ready.Count > 0 || Volatile.Read(ref _posted).Count > 0)
        {
            return _poller.Wait(0);
        }

        // A full fence: who posts sees it set, or is seen here.
        Interlocked.Exchange(ref _isAsleep, 1);
        var count = _poller.Wait(Volatile.Read(ref _posted).Count > 0 ? 0 : Timeout.Infinite);
        Volatile.Write(ref _isAsleep, 0);
        _watch?.OnWake();
        return count;
    }

    private void TakeTurn(int events)
    {
        Cork.Put();
        try
        {
            for (var i = 0; i < events; i++)
            {
                if (_handlers.Find(_poller.DataAt(i)) is { } handler)
                {
                    Begin(handler);
                    handler.OnEvents(_poller.EventsAt(i));
                }
            }

            ReceiveMore();
            RunPosted();
        }
        finally
        {
            _current = null;
            Cork.Pull();
        }
    }

    private void ReceiveMore()
    {
        if (_ready.Count == 0)
        {
            return;
        }

        (_ready, _receiving) = (_receiving, _ready);
        foreach (var transport in _receiving)
        {
            Begin(transport);
            transport.ReceiveMore();
        }

        _receiving.Clear();
    }

    // What this posts waits for the next turn, so that nobody keeps the loop from its events.
    private void RunPosted()
    {
        if (Volatile.Read(ref _posted).Count == 0)
        {
            return;
        }

        lock (_postGate)
        {
            (_posted, _running) = (_running, _posted);
        }

        foreach (var work in _running)
        {
            Begin(work);
            work.Execute();
        }

        _running.Clear();
    }

    private void Begin(object work)
    {
        // In this order: nobody is blamed for the step before.
        Volatile.Write(ref _steps, _steps + 1);
        Volatile.Write(ref _current, work);
    }

    private void WakeIfAsleep()
    {
        if (Volatile.Read(ref _isAsleep) != 0 && !IsCurrent && Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            _wakeup.Wake();
        }
    }

    /// <summary>What comes after the end, such as a connection that was never started and is closed: still one at a time.</summary>
    private sealed class LateWork(EpollLoop loop, IThreadPoolWorkItem work) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            lock (loop._lateGate)
            {
                work.Execute();
            }
        }
    }
}
