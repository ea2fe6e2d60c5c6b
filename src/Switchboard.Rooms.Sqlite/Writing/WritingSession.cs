using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// The connection that writes, and what it knows of the rooms. Sequences are given out within the transaction that stores them. Whatever throws here, the
/// session is not to be used again: closing it undoes what is not committed. One thread.
/// </summary>
internal sealed class WritingSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Guid _epoch;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _insert;
    private readonly Statement _findRepeated;
    private readonly Statement _oldest;
    private readonly Statement _delete;
    private readonly Statement _probe;
    private readonly RoomTable _rooms;

    public WritingSession(SqliteConnection connection, Guid epoch)
    {
        _connection = connection;
        _epoch = epoch;
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _insert = new(
            connection,
            """
            INSERT INTO messages (room, sequence, at, kind, sender, publisher, id, key, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (room, publisher, id) WHERE id IS NOT NULL DO NOTHING
            """);
        _findRepeated = new(connection, "SELECT sequence, at FROM messages WHERE room = ? AND publisher = ? AND id = ?");
        _oldest = new(connection, "SELECT sequence, at, length(payload) FROM messages WHERE room = ? ORDER BY sequence LIMIT ?");
        _delete = new(connection, "DELETE FROM messages WHERE room = ? AND sequence < ?");
        _probe = new(connection, "INSERT OR REPLACE INTO messages (room, sequence, at, kind, payload) VALUES (0, 0, 0, 0, zeroblob(65536))"); // rooms count from 1
        _rooms = new RoomTable(connection);
    }

    public void Begin()
    {
        _begin.Execute();
        _rooms.Refresh();
    }

    public void Commit()
    {
        _rooms.WriteChanged();
        _commit.Execute();
    }

    /// <summary>How many pages were written since this was asked last.</summary>
    public int TakePagesWritten()
    {
        raw.sqlite3_db_status(_connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    public LogReceipt Append(RoomName name, LogEntry[] entries)
    {
        var room = _rooms.FindOrAdd(name);
        var places = new LogPlace[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            places[i] = Append(room, entries[i]);
        }

        return new LogReceipt(_epoch, places);
    }

    public int Trim(RoomName name, Retention retention, DateTimeOffset now, int atMost)
    {
        if (_rooms.Find(name) is not { } room)
        {
            return 0;
        }

        var (first, bytes) = (room.First, room.Bytes);
        _oldest.Bind(1, room.Id).Bind(2, atMost);
        while (_oldest.Step())
        {
            if (!IsBeyond(retention, room, first, bytes, _oldest.Number(1), now))
            {
                _oldest.Reset();
                break;
            }

            first = _oldest.Number(0) + 1;
            bytes -= _oldest.Number(2);
        }

        var forgotten = (int)(first - room.First);
        if (forgotten > 0)
        {
            _delete.Bind(1, room.Id).Bind(2, first).Execute();
            (room.First, room.Bytes) = (first, bytes);
            _rooms.Change(room);
        }

        return forgotten;
    }

    public void Probe(bool isCleared)
    {
        if (isCleared)
        {
            _delete.Bind(1, 0).Bind(2, 1).Execute();
        }
        else
        {
            _probe.Execute();
        }
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_begin, _commit, _insert, _findRepeated, _oldest, _delete, _probe])
        {
            statement.Dispose();
        }

        _rooms.Dispose();
        _connection.Dispose();
    }

    private LogPlace Append(RoomState room, LogEntry entry)
    {
        var at = entry.At.ToUnixTimeMilliseconds();
        var publisher = entry.Id is null ? null : entry.Publisher;
        _insert.Bind(1, room.Id).Bind(2, room.Last + 1).Bind(3, at).Bind(4, (int)entry.Kind).Bind(5, entry.Sender)
            .Bind(6, publisher).Bind(7, entry.Id).Bind(8, entry.Key).Bind(9, entry.Payload.Span).Execute();
        if (entry.Id is not null && raw.sqlite3_changes(_connection.Handle) == 0)
        {
            return FindRepeated(room, entry);
        }

        room.Last++;
        room.Bytes += entry.Payload.Length;
        _rooms.Change(room);
        return new LogPlace(room.Last, DateTimeOffset.FromUnixTimeMilliseconds(at), IsRepeat: false);
    }

    private LogPlace FindRepeated(RoomState room, LogEntry entry)
    {
        _findRepeated.Bind(1, room.Id).Bind(2, entry.Publisher).Bind(3, entry.Id);
        if (!_findRepeated.Step())
        {
            throw new InvalidDataException("The index of ids names a message that is not there.");
        }

        var place = new LogPlace(_findRepeated.Number(0), DateTimeOffset.FromUnixTimeMilliseconds(_findRepeated.Number(1)), IsRepeat: true);
        _findRepeated.Reset();
        return place;
    }

    // Whether the message at `first`, before which nothing is kept, is to be forgotten.
    private static bool IsBeyond(Retention retention, RoomState room, long first, long bytes, long at, DateTimeOffset now)
    {
        var isNewest = first == room.Last;
        return (retention.MaxAge is { } age && now.ToUnixTimeMilliseconds() - at > age.TotalMilliseconds)
            || (!isNewest && room.Last - first + 1 > retention.MaxMessages)
            || (!isNewest && bytes > retention.MaxBytes);
    }
}
