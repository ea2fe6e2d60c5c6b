using System.Collections.Concurrent;

namespace Switchboard.Rooms;

/// <summary>This node's part in presence: its lease, and its members under it.</summary>
internal sealed class Tenancy(RoomDirectory directory, RoomCore core) : IAsyncDisposable
{
    private readonly Guid _node = Guid.NewGuid();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<long, RoomMember> _members = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource? _begun;
    private Task _renewing = Task.CompletedTask;
    private Task _announcing = Task.CompletedTask;
    private long _lastNumber;
    private bool _isIncomplete;

    /// <returns>How many members the room has; null if presence does not answer.</returns>
    public async ValueTask<long?> EnterAsync(RoomMember member, CancellationToken cancellationToken)
    {
        member.Number = Interlocked.Increment(ref _lastNumber);
        _members[member.Number] = member;
        try
        {
            await BeginAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return await core.Presence.EnterAsync(member.Room!.Name, PresentOf(member), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // A catch-all: whoever cannot be counted may talk all the same.
            RoomLog.PresenceFailed(core.Log, fault);
            Volatile.Write(ref _isIncomplete, true);
            return null;
        }
    }

    /// <inheritdoc cref="EnterAsync"/>
    public async ValueTask<long?> LeaveAsync(RoomMember member)
    {
        _members.TryRemove(member.Number, out _);
        try
        {
            return await core.Presence.LeaveAsync(member.Room!.Name, IdOf(member), CancellationToken.None).ConfigureAwait(false);
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
        Task renewing;
        lock (_gate)
        {
            renewing = _renewing;
        }

        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _announcing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    // With the first member: a directory that nobody enters has no lease.
    private Task BeginAsync()
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
        while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
        {
            try
            {
                await RenewAsync().ConfigureAwait(false);
            }
            catch (Exception fault) when (!_end.IsCancellationRequested)
            {
                // A catch-all: the next tick tries again.
                RoomLog.PresenceFailed(core.Log, fault);
            }
        }
    }

    // Two thirds, and at most one third until somebody looks: together the lease.
    private async Task RenewAsync()
    {
        var renewal = await core.Presence.RenewAsync(_node, core.Options.Lease * 2 / 3, _end.Token).ConfigureAwait(false);
        if (renewal.Departed.Count > 0)
        {
            // Beside the renewing, which must not wait for rooms.
            _announcing = AnnounceAsync(_announcing, renewal.Departed);
        }

        if (renewal.IsNew || Interlocked.Exchange(ref _isIncomplete, false))
        {
            await EnterAgainAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Its members are there still, whatever others have taken it for.</summary>
    private async Task EnterAgainAsync()
    {
        try
        {
            foreach (var (number, member) in _members)
            {
                await core.Presence.EnterAsync(member.Room!.Name, PresentOf(member), _end.Token).ConfigureAwait(false);
                if (!_members.ContainsKey(number))
                {
                    await LeaveAsync(member).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            Volatile.Write(ref _isIncomplete, true);
            throw;
        }
    }

    private async Task AnnounceAsync(Task before, IReadOnlyList<DepartedMember> departed)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        foreach (var each in departed)
        {
            try
            {
                await AnnounceAsync(each).ConfigureAwait(false);
            }
            catch (Exception fault) when (!_end.IsCancellationRequested)
            {
                // A catch-all: the next one's room may be well.
                RoomLog.PresenceFailed(core.Log, fault);
            }
        }
    }

    private async Task AnnounceAsync(DepartedMember departed)
    {
        if (!directory.Rules.For(departed.Room).PresenceEvents)
        {
            return;
        }

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

    private PresentMember PresentOf(RoomMember member) => new(IdOf(member), member.Name, member.JoinedAt!.Value);

    private MemberId IdOf(RoomMember member) => new(_node, member.Number);
}
