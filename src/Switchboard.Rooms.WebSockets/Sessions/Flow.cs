namespace Switchboard.Rooms.WebSockets;

/// <summary>How many of a connection's messages wait for an answer, so that no more is read from it than can be stored. Safe from any thread.</summary>
internal sealed class Flow(int limit)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _relief;
    private int _unanswered;

    /// <summary>One more waits. Complete when the next one may be read.</summary>
    public ValueTask Enter()
    {
        lock (_gate)
        {
            if (++_unanswered < limit)
            {
                return ValueTask.CompletedTask;
            }

            _relief ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_relief.Task);
        }
    }

    /// <summary>One was answered.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            // Half of them at once: reading is not to stop and go for each message.
            if (--_unanswered <= limit / 2 && _relief is { } relief)
            {
                _relief = null;
                relief.SetResult();
            }
        }
    }
}
