namespace Switchboard.Rooms.Sqlite;

/// <summary>Writes something that changes nothing, to know whether it can be done.</summary>
internal sealed class Probe() : PendingWrite<bool>(Overhead)
{
    protected override bool Do(WritingSession session)
    {
        session.Probe();
        return true;
    }
}
