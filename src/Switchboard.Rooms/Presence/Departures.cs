namespace Switchboard.Rooms;

/// <summary>Lets rooms know of members that are gone with their node: beside all else, for nobody is to wait for rooms, and in the order in which it is learnt.</summary>
internal sealed class Departures(RoomDirectory directory, RoomCore core, CancellationToken end)
{
    private Task _announcing = Task.CompletedTask;

    /// <summary>Begins to. Called once at a time.</summary>
    public void Announce(IReadOnlyList<DepartedMember> departed) => _announcing = AnnounceAsync(_announcing, departed);

    /// <summary>Complete when nothing is announced any more, behind the end.</summary>
    public async Task EndedAsync() => await _announcing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task AnnounceAsync(Task before, IReadOnlyList<DepartedMember> departed)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        foreach (var each in departed)
        {
            try
            {
                await AnnounceAsync(each).ConfigureAwait(false);
            }
            catch (Exception fault) when (!end.IsCancellationRequested)
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
            await room.OpenAsync(end).ConfigureAwait(false);
            var page = await core.Presence.ReadAsync(departed.Room, 0, end).ConfigureAwait(false);
            room.Announce(departed.Member.Name, hasJoined: false, page.Count, null);
        }
        finally
        {
            room.Release();
        }
    }
}
