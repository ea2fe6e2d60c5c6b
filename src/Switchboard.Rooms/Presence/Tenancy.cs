using System.Collections.Concurrent;

namespace Switchboard.Rooms;

/// <summary>This node's members in presence, under its lease.</summary>
internal sealed class Tenancy : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<long, RoomMember> _members = [];
    private readonly RoomCore _core;
    private readonly Lease _lease;
    private readonly Departures _departures;
    private long _lastNumber;
    private bool _isIncomplete;

    public Tenancy(RoomDirectory directory, RoomCore core)
    {
        _core = core;
        _lease = new Lease(core, HearAsync, _end.Token);
        _departures = new Departures(directory, core, _end.Token);
    }

    /// <returns>How many members the room has; null if presence does not answer.</returns>
    public async ValueTask<long?> EnterAsync(RoomMember member, CancellationToken cancellationToken)
    {
        member.Number = Interlocked.Increment(ref _lastNumber);
        _members[member.Number] = member;
        try
        {
            await _lease.BeginAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return await _core.Presence.EnterAsync(member.Room!.Name, PresentOf(member), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // A catch-all: whoever cannot be counted may talk all the same.
            RoomLog.PresenceFailed(_core.Log, fault);
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
            return await _core.Presence.LeaveAsync(member.Room!.Name, IdOf(member), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // As above; the lease takes it away in the end.
            RoomLog.PresenceFailed(_core.Log, fault);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _lease.EndedAsync().ConfigureAwait(false);
        await _departures.EndedAsync().ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task HearAsync(LeaseRenewal renewal)
    {
        if (renewal.Departed.Count > 0)
        {
            _departures.Announce(renewal.Departed);
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
                await _core.Presence.EnterAsync(member.Room!.Name, PresentOf(member), _end.Token).ConfigureAwait(false);
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

    private PresentMember PresentOf(RoomMember member) => new(IdOf(member), member.Name, member.JoinedAt!.Value);

    private MemberId IdOf(RoomMember member) => new(_lease.Node, member.Number);
}
