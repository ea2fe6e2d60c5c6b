namespace Switchboard.Rooms.Sqlite;

/// <summary>A step of forgetting.</summary>
internal sealed class Trim(RoomName room, Retention retention, DateTimeOffset now, int atMost) : PendingWrite<int>(Overhead)
{
    protected override int Do(WritingSession session) => session.Trim(room, retention, now, atMost);
}
