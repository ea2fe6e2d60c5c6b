namespace Switchboard.Rooms;

/// <summary>This node's lease in presence: it begins with the first member, for a directory that nobody enters has none, and is renewed until the end.</summary>
/// <param name="core">What all rooms share.</param>
/// <param name="renewed">Told what presence says to each renewal, one at a time. What it throws is a renewal that failed.</param>
/// <param name="end">Ends it.</param>
internal sealed class Lease(RoomCore core, Func<LeaseRenewal, Task> renewed, CancellationToken end)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _begun;
    private Task _renewing = Task.CompletedTask;

    public Guid Node { get; } = Guid.NewGuid();

    /// <summary>Complete when it has begun. Whoever asks after a failure tries again.</summary>
    public Task BeginAsync()
    {
        TaskCompletionSource begun;
        lock (_gate)
        {
            if (_begun is { Task.IsFaulted: false })
            {
                return _begun.Task;
            }

            _begun = begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return BeginCoreAsync(begun);
    }

    /// <summary>Complete when nothing is renewed any more, behind the end.</summary>
    public async Task EndedAsync()
    {
        Task renewing;
        lock (_gate)
        {
            renewing = _renewing;
        }

        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task BeginCoreAsync(TaskCompletionSource begun)
    {
        try
        {
            await RenewAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _renewing = RenewForEverAsync();
            }

            begun.SetResult();
        }
        catch (Exception fault)
        {
            begun.SetException(fault);
            _ = begun.Task.Exception; // Whoever began it has it, too.
            throw;
        }
    }

    private async Task RenewForEverAsync()
    {
        using var timer = new PeriodicTimer(core.Options.Lease / 3, core.Time);
        while (await timer.WaitForNextTickAsync(end).ConfigureAwait(false))
        {
            try
            {
                await RenewAsync().ConfigureAwait(false);
            }
            catch (Exception fault) when (!end.IsCancellationRequested)
            {
                // A catch-all: the next tick tries again.
                RoomLog.PresenceFailed(core.Log, fault);
            }
        }
    }

    // Two thirds, and at most one third until somebody looks: together the lease.
    private async Task RenewAsync() =>
        await renewed(await core.Presence.RenewAsync(Node, core.Options.Lease * 2 / 3, end).ConfigureAwait(false)).ConfigureAwait(false);
}
