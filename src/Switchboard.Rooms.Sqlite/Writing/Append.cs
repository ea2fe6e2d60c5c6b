using System.Text;

namespace Switchboard.Rooms.Sqlite;

/// <summary>Entries on their way into a room.</summary>
internal sealed class Append(RoomName room, LogEntry[] entries) : PendingWrite<LogReceipt>(SizeOf(entries))
{
    // Text that is no UTF-16 would be stored as other text, and two ids then be one.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    protected override LogReceipt Do(WritingSession session) => session.Append(room, entries);

    private static long SizeOf(LogEntry[] entries)
    {
        var size = 0L;
        foreach (var entry in entries)
        {
            size += Overhead + entry.Payload.Length + SizeOf(entry.Publisher) + SizeOf(entry.Sender) + SizeOf(entry.Id) + SizeOf(entry.Key);
        }

        return size;
    }

    private static int SizeOf(string? text) => text is null ? 0 : Strict.GetByteCount(text);
}
