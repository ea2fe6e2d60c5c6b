using System.Text;
using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// The rooms as the writer knows them: read once, and written once in each transaction that changes them, however many messages it has. Of use
/// only within a transaction. One thread.
/// </summary>
internal sealed class RoomTable(SqliteConnection connection) : IDisposable
{
    // Some 10 MB. Beyond it all are forgotten, and read again one by one.
    private const int MaxKnown = 50_000;

    private readonly Dictionary<RoomName, RoomState> _known = [];
    private readonly List<RoomState> _changed = [];
    private readonly Statement _version = new(connection, "PRAGMA data_version");
    private readonly Statement _find = new(connection, "SELECT id, last, first, bytes FROM rooms WHERE ordinal = ?");
    private readonly Statement _add = new(connection, "INSERT INTO rooms (name, ordinal, last, first, bytes) VALUES (?, ?, 0, 1, 0) RETURNING id");
    private readonly Statement _write = new(connection, "UPDATE rooms SET last = ?, first = ?, bytes = ? WHERE id = ?");
    private long _knownVersion;

    /// <summary>A transaction has begun. What is known is forgotten if another connection has changed the database since the last one: nobody should, but a hand might.</summary>
    public void Refresh()
    {
        _version.Step();
        var version = _version.Number(0);
        _version.Reset();
        if (version != _knownVersion || _known.Count > MaxKnown)
        {
            _known.Clear();
            _knownVersion = version;
        }
    }

    public RoomState? Find(RoomName name)
    {
        if (_known.TryGetValue(name, out var room))
        {
            return room;
        }

        _find.Bind(1, Ordinal(name));
        if (!_find.Step())
        {
            return null;
        }

        room = new RoomState(_find.Number(0)) { Last = _find.Number(1), First = _find.Number(2), Bytes = _find.Number(3) };
        _find.Reset();
        return _known[name] = room;
    }

    public RoomState FindOrAdd(RoomName name)
    {
        if (Find(name) is { } known)
        {
            return known;
        }

        _add.Bind(1, name.ToString()).Bind(2, Ordinal(name)).Step();
        var room = new RoomState(_add.Number(0)) { Last = 0, First = 1, Bytes = 0 };
        _add.Step();
        return _known[name] = room;
    }

    /// <summary>Notes that a room is to be written.</summary>
    public void Change(RoomState room)
    {
        if (!room.IsChanged)
        {
            room.IsChanged = true;
            _changed.Add(room);
        }
    }

    public void WriteChanged()
    {
        foreach (var room in _changed)
        {
            _write.Bind(1, room.Last).Bind(2, room.First).Bind(3, room.Bytes).Bind(4, room.Id).Execute();
            room.IsChanged = false;
        }

        _changed.Clear();
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_version, _find, _add, _write])
        {
            statement.Dispose();
        }
    }

    /// <summary>The name as bytes that sort as it does.</summary>
    public static byte[] Ordinal(RoomName name) => Encoding.BigEndianUnicode.GetBytes(name.ToString());
}
