using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite;

/// <summary>A connection that reads. Position and messages are of the same moment: they are read in one transaction. One thread at a time.</summary>
internal sealed class ReadingSession : IDisposable
{
    private const string Messages = "SELECT sequence, at, kind, sender, id, key, payload FROM messages WHERE room = ? ";

    private readonly SqliteConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _end;
    private readonly Statement _room;
    private readonly Statement _after;
    private readonly Statement _before;
    private readonly Statement _list;
    private readonly Statement _check;

    public ReadingSession(SqliteConnection connection)
    {
        _connection = connection;
        _begin = new(connection, "BEGIN");
        _end = new(connection, "COMMIT");
        _room = new(connection, "SELECT id, last, first FROM rooms WHERE ordinal = ?");
        _after = new(connection, Messages + "AND sequence > ? ORDER BY sequence LIMIT ?");
        _before = new(connection, Messages + "AND sequence < ? ORDER BY sequence DESC LIMIT ?");
        _list = new(connection, "SELECT name FROM rooms WHERE ordinal > ? ORDER BY ordinal LIMIT ?");
        _check = new(connection, "PRAGMA quick_check(1)");
    }

    public HistoryPage Read(RoomName room, HistoryQuery query, Guid epoch)
    {
        _begin.Execute();
        var page = ReadWithin(room, query, epoch);
        _end.Execute();
        return page;
    }

    public IReadOnlyList<RoomName> List(RoomName? after, int limit)
    {
        var rooms = new List<RoomName>();
        _list.Bind(1, after is null ? [] : RoomTable.Ordinal(after)).Bind(2, limit);
        while (_list.Step())
        {
            rooms.Add(RoomName.TryCreate(_list.Text(0)!, out var room, out var problem) ? room : throw new InvalidDataException($"A room's name is none: {problem}"));
        }

        return rooms;
    }

    /// <summary>Reads the whole file, and throws for the first damage that it finds.</summary>
    public void Check()
    {
        _check.Step();
        var result = _check.Text(0);
        _check.Reset();
        if (result != "ok")
        {
            throw new InvalidDataException($"it is damaged ({result}). Stop the server and restore a backup.");
        }
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_begin, _end, _room, _after, _before, _list, _check])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private HistoryPage ReadWithin(RoomName name, HistoryQuery query, Guid epoch)
    {
        _room.Bind(1, RoomTable.Ordinal(name));
        if (!_room.Step())
        {
            return new HistoryPage(epoch, First: 1, Last: 0, [], HasMore: false);
        }

        var (id, last, first) = (_room.Number(0), _room.Number(1), _room.Number(2));
        _room.Reset();
        if (query.After is { } after)
        {
            var messages = Take(_after.Bind(1, id).Bind(2, after).Bind(3, query.Limit), name, epoch, query.MaxBytes);
            var read = messages.Count > 0 ? messages[^1].Sequence : Math.Max(after, first - 1);
            return new HistoryPage(epoch, first, last, messages, HasMore: read < last);
        }
        else
        {
            var messages = Take(_before.Bind(1, id).Bind(2, query.Before!.Value).Bind(3, query.Limit), name, epoch, query.MaxBytes);
            messages.Reverse();
            var read = messages.Count > 0 ? messages[0].Sequence : Math.Min(query.Before.Value, last + 1);
            return new HistoryPage(epoch, first, last, messages, HasMore: read > first);
        }
    }

    private static List<RoomMessage> Take(Statement rows, RoomName room, Guid epoch, long maxBytes)
    {
        var messages = new List<RoomMessage>();
        var bytes = 0L;
        while (rows.Step())
        {
            bytes += rows.Length(6);
            if (messages.Count > 0 && bytes > maxBytes)
            {
                rows.Reset();
                break;
            }

            messages.Add(new RoomMessage
            {
                Room = room,
                Epoch = epoch,
                Sequence = rows.Number(0),
                At = DateTimeOffset.FromUnixTimeMilliseconds(rows.Number(1)),
                Kind = (RoomMessageKind)rows.Number(2),
                Sender = rows.Text(3),
                Id = rows.Text(4),
                Key = rows.Text(5),
                Payload = rows.Bytes(6),
            });
        }

        return messages;
    }
}
