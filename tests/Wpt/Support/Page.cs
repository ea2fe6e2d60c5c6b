using System.Collections.Concurrent;

namespace Switchboard.Wpt.Support;

/// <summary>One thread with a queue of tasks, as a page of a browser has it: a task runs to its end before the next begins.</summary>
internal sealed class Page : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<Action> _tasks = [];
    private readonly Thread _thread;

    private Page()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs a script on a page of its own: all that it awaits goes on there, and so do the events of its sockets.</summary>
    public static async Task RunAsync(Func<Task> script)
    {
        using var page = new Page();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var test = ExecutionContext.Capture()!;
        page._tasks.Add(() => ExecutionContext.Run(test, _ => _ = FinishAsync(script, done), null));
        await done.Task.ConfigureAwait(false);
    }

    public override void Post(SendOrPostCallback d, object? state) => _tasks.Add(() => d(state));

    public void Dispose()
    {
        _tasks.CompleteAdding();
        _thread.Join();
        _tasks.Dispose();
    }

    private static async Task FinishAsync(Func<Task> script, TaskCompletionSource done)
    {
        try
        {
            await script().ConfigureAwait(true);
            done.SetResult();
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        foreach (var task in _tasks.GetConsumingEnumerable())
        {
            task();
        }
    }
}
