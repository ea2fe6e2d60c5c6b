namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// Stores what a message of 64 KiB takes, or takes it away again: two transactions, for only what was committed shows that there was room for it.
/// It belongs to no room.
/// </summary>
internal sealed class Probe(bool isCleared) : PendingWrite<bool>(Overhead)
{
    protected override bool Do(WritingSession session)
    {
        session.Probe(isCleared);
        return true;
    }
}
