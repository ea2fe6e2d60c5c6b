namespace Switchboard.Rooms;

/// <summary>This node's part in presence: its lease, and its members under it.</summary>
internal sealed class Tenancy(RoomDirectory directory, RoomCore core) : IAsyncDisposable
{
    private readonly Guid _node = Guid.NewGuid();
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private Task? _begun;
    private Task _renewing = Task.CompletedTask;
    private long _lastNumber;

    /// <returns>How many members the room has; null if presence does not answer.</returns>
    public async ValueTask<long?> EnterAsync(Room room, RoomMember member, CancellationToken cancellationToken)
    {
        try
        {
            await BeginAsync().ConfigureAwait(false);
            member.Number = Interlocked.Increment(ref _lastNumber);
            var present = new PresentMember(new MemberId(_node, member.Number), member.Name, member.JoinedAt!.Value);
            return await core.Presence.EnterAsync(room.Name, present, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A catch-all: whoever cannot be counted may talk all the same.
            RoomLog.PresenceFailed(core.Log, fault);
            return null;
        }
    }

    /// <inheritdoc cref="EnterAsync"/>
    public async ValueTask<long?> LeaveAsync(Room room, RoomMember member)
    {
        try
        {
            return await core.Presence.LeaveAsync(room.Name, new MemberId(_node, member.Number), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // As above; the lease takes it away in the end.
            RoomLog.PresenceFailed(core.Log, fault);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    // With the first member: a directory that nobody enters has no lease.
    private Task BeginAsync()
    {
        lock (_gate)
        {
            return _begun is { IsFaulted: false } begun ? begun : _begun = BeginCoreAsync();
        }
    }

    private async Task BeginCoreAsync()
    {
        await RenewAsync().ConfigureAwait(false);
        _renewing = RenewForEverAsync();
    }

    private async Task RenewForEverAsync()
    {
        using var timer = new PeriodicTimer(core.Options.Lease / 3, core.Time);
        while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
        {
            try
            {
                await RenewAsync().ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // A catch-all: the next tick tries again.
                RoomLog.PresenceFailed(core.Log, fault);
            }
        }
    }

    // Two thirds, and at most one third until somebody looks: together the lease.
    private async Task RenewAsync()
    {
        foreach (var departed in await core.Presence.RenewAsync(_node, core.Options.Lease * 2 / 3, _end.Token).ConfigureAwait(false))
        {
            await AnnounceAsync(departed).ConfigureAwait(false);
        }
    }

    private async Task AnnounceAsync(DepartedMember departed)
    {
        var room = directory.Use(departed.Room);
        try
        {
            await room.OpenAsync(_end.Token).ConfigureAwait(false);
            var page = await core.Presence.ReadAsync(departed.Room, 0, _end.Token).ConfigureAwait(false);
            room.Announce(departed.Member.Name, hasJoined: false, page.Count, null);
        }
        finally
        {
            room.Release();
        }
    }
}
