namespace Switchboard.Client;

/// <summary>
/// The task queue of a client (WHATWG HTML, "event loops"): events run one after the other, each as a task of its own, where the
/// application wants them.
/// </summary>
/// <param name="context">Where they run. It may run what is posted to it in parallel: the queue posts one at a time.</param>
/// <param name="onFailed">Gets what an event throws.</param>
internal sealed class EventQueue(SynchronizationContext context, Action<Exception> onFailed)
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = new();
    private SynchronizationContext _context = context;
    private bool _isRunning;

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

    private void PostNext()
    {
        try
        {
            _context.Post(static queue => ((EventQueue)queue!).RunNext(), this);
        }
        catch (Exception e)
        {
            // The context has gone, as that of a window which was closed has. The events are not lost: who waits for the end gets it.
            onFailed(e);
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

        try
        {
            task();
        }
        catch (Exception e)
        {
            onFailed(e);
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
}
