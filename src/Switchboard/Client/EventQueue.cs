using Switchboard.Connections;

namespace Switchboard.Client;

/// <summary>
/// The task queue of a client (WHATWG HTML, "event loops"): events run one after the other, each as a task of its own, where the
/// application wants them.
/// </summary>
internal sealed class EventQueue : IHandlerHost
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = new();
    private readonly Action<Exception> _onFailed;

    // Without a context of the application's: what a handler has left to do after an await comes back to the queue by it.
    private readonly HandlerContext? _own;
    private SynchronizationContext _context;
    private bool _isRunning;

    /// <param name="context">
    /// Where events run; it may run what is posted to it in parallel, for the queue posts one at a time. Null for threads of the pool.
    /// </param>
    /// <param name="onFailed">Gets what an event throws.</param>
    internal EventQueue(SynchronizationContext? context, Action<Exception> onFailed)
    {
        _onFailed = onFailed;
        _own = context is null ? new HandlerContext(this) : null;
        _context = context ?? new SynchronizationContext();
    }

    /// <summary>Runs an event behind those that wait.</summary>
    internal void Post(Action task)
    {
        lock (_gate)
        {
            _waiting.Enqueue(task);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        PostNext();
    }

    /// <summary>Runs an event behind those that wait.</summary>
    /// <returns>Complete when all of what it has begun is.</returns>
    internal Task Post(Func<ValueTask> task)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => _ = RunAsync());
        return done.Task;

        async Task RunAsync()
        {
            try
            {
                await task().ConfigureAwait(true);
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }

    void IHandlerHost.HandlerFailed(Exception exception) => _onFailed(exception);

    void IHandlerHost.HandlersEnded()
    {
        // Nobody waits for them.
    }

    void IHandlerHost.Post(IThreadPoolWorkItem work) => Post(work.Execute);

    void IHandlerHost.HandlerBlocks(string handler, TimeSpan soFar)
    {
        // It keeps nobody waiting but its own client.
    }

    private void PostNext()
    {
        try
        {
            _context.Post(static queue => ((EventQueue)queue!).RunNext(), this);
        }
        catch (Exception e)
        {
            // The context has gone, as that of a window which was closed has. The events are not lost: who waits for the end gets it.
            _onFailed(e);
            _context = new SynchronizationContext();
            _context.Post(static queue => ((EventQueue)queue!).RunNext(), this);
        }
    }

    private void RunNext()
    {
        Action task;
        lock (_gate)
        {
            task = _waiting.Dequeue();
        }

        if (_own is { } own)
        {
            own.Send(static task => ((Action)task!)(), task);
        }
        else
        {
            Run(task);
        }

        lock (_gate)
        {
            _isRunning = _waiting.Count > 0;
            if (!_isRunning)
            {
                return;
            }
        }

        PostNext();
    }

    private void Run(Action task)
    {
        try
        {
            task();
        }
        catch (Exception e)
        {
            _onFailed(e);
        }
    }
}
