namespace Switchboard.Rooms;

/// <summary>How far someone who enters has heard.</summary>
internal sealed class Position
{
    // Before the first message of all, and so before any that is kept.
    private const long Nowhere = -1;

    private readonly JoinRequest _request;
    private bool _isHeld;

    public Position(JoinRequest request, RoomJoined room)
    {
        _request = request;
        Epoch = room.Epoch;
        if (request.Since is not { } since)
        {
            Cursor = Math.Max(0, room.Sequence - (request.Last ?? 0));
            return;
        }

        _isHeld = true;
        var isKnown = since >= 0 && since <= room.Sequence && (request.Epoch is null || request.Epoch == room.Epoch);
        Cursor = isKnown ? since : Nowhere;
    }

    public Guid Epoch { get; private set; }

    /// <summary>The sequence of the newest message that was heard.</summary>
    public long Cursor { get; private set; }

    /// <summary>Whether there would be a gap: it is in another epoch, or holds a position that the log has left behind, or never had.</summary>
    public bool IsGoneFrom(HistoryPage page) =>
        page.Epoch != Epoch || (_isHeld && (Cursor == Nowhere || page.First > Cursor + 1));

    /// <summary>Begins anew, with the newest messages if it was they that were asked for, or with the oldest that is kept.</summary>
    public void Restart(HistoryPage page)
    {
        _isHeld = false;
        Epoch = page.Epoch;
        Cursor = Math.Max(page.First - 1, page.Last - (_request.Last ?? page.Last));
    }

    /// <summary>The page's messages, all of which are behind what was heard. Who only asked for the newest ones lacks nothing that is not kept.</summary>
    public IReadOnlyList<RoomMessage> StepTo(HistoryPage page)
    {
        Cursor = Math.Max(Cursor, page.First - 1);
        return page.Messages;
    }

    public void HasHeard(long sequence) => (Cursor, _isHeld) = (sequence, true);
}
