using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Switchboard.Rooms.Sqlite;

namespace Switchboard.LoadTest.Modes;

/// <summary>
/// What SQLite does by itself: the same schema, settings, statements and messages to a transaction, one thread in a loop, with nobody to tell.
/// </summary>
internal sealed class RawTransactions : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _room;
    private readonly sqlite3_stmt _forget;
    private readonly sqlite3_stmt _commit;
    private readonly LogLoad _load;
    private readonly byte[][] _publishers;
    private readonly byte[] _payload;
    private readonly long[] _last;
    private readonly long[] _first;
    private long _number;

    private RawTransactions(LogLoad load, SqliteConnection connection)
    {
        (_load, _connection) = (load, connection);
        _publishers = [.. Enumerable.Range(0, load.Publishers).Select(publisher => Encoding.UTF8.GetBytes($"publisher-{publisher}"))];
        _payload = new byte[load.Size];
        _last = new long[load.Rooms];
        _first = [.. Enumerable.Repeat(1L, load.Rooms)];
        foreach (var pragma in (string[])["synchronous = FULL", "wal_autocheckpoint = 4000", "journal_size_limit = 67108864", "cell_size_check = ON", "cache_size = -65536"])
        {
            Execute($"PRAGMA {pragma}");
        }

        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _room = Prepare("UPDATE rooms SET last = ?, first = ?, bytes = ? WHERE id = ?");
        _forget = Prepare("DELETE FROM messages WHERE room = ? AND sequence < ?");
        _insert = Prepare(
            "INSERT INTO messages (room, sequence, at, kind, sender, publisher, id, key, payload) VALUES (?, ?, ?, 0, ?, ?, ?, NULL, ?) " +
            "ON CONFLICT (room, publisher, id) WHERE id IS NOT NULL DO NOTHING");
        for (var room = 1; room <= load.Rooms; room++)
        {
            Execute($"INSERT INTO rooms (id, name, ordinal, last, first, bytes) VALUES ({room}, 'room-{room}', CAST('room-{room}' AS BLOB), 0, 1, 0)");
        }
    }

    /// <returns>Messages per second.</returns>
    public static double Run(LogLoad load, int batch, string folder)
    {
        // The log makes the store: schema and mode are its own.
        SqliteMessageLog.Open(new SqliteMessageLogOptions { Directory = folder }).DisposeAsync().AsTask().GetAwaiter().GetResult();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "switchboard.db")};Pooling=False");
        connection.Open();
        using var raw = new RawTransactions(load, connection);
        raw.RunFor(load.Warmup, batch);
        return raw.RunFor(load.Window, batch);
    }

    public void Dispose()
    {
        foreach (var statement in (sqlite3_stmt[])[_begin, _insert, _room, _forget, _commit])
        {
            statement.Dispose();
        }
    }

    private double RunFor(TimeSpan window, int batch)
    {
        var began = Stopwatch.GetTimestamp();
        var stored = 0L;
        while (Stopwatch.GetElapsedTime(began) < window)
        {
            Transaction(batch);
            stored += batch;
        }

        return stored / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private void Transaction(int batch)
    {
        Step(_begin);
        for (var i = 0; i < batch; i++)
        {
            Insert();
        }

        for (var room = 0; room < Math.Min(batch, _load.Rooms); room++)
        {
            Forget(room);
            raw.sqlite3_bind_int64(_room, 1, _last[room]);
            raw.sqlite3_bind_int64(_room, 2, _first[room]);
            raw.sqlite3_bind_int64(_room, 3, (_last[room] - _first[room] + 1) * _load.Size);
            raw.sqlite3_bind_int64(_room, 4, room + 1);
            Step(_room);
        }

        Step(_commit);
    }

    private void Forget(int room)
    {
        if (_last[room] - _first[room] >= _load.Keep)
        {
            _first[room] = _last[room] - _load.Keep + 1;
            raw.sqlite3_bind_int64(_forget, 1, room + 1);
            raw.sqlite3_bind_int64(_forget, 2, _first[room]);
            Step(_forget);
        }
    }

    private void Insert()
    {
        var index = _number++ % _publishers.Length;
        var (publisher, room) = (_publishers[index], index % _load.Rooms);
        raw.sqlite3_bind_int64(_insert, 1, room + 1);
        raw.sqlite3_bind_int64(_insert, 2, ++_last[room]);
        raw.sqlite3_bind_int64(_insert, 3, _number);
        raw.sqlite3_bind_text(_insert, 4, publisher);
        if (_load.HasIds)
        {
            Span<byte> id = stackalloc byte[16];
            Encoding.UTF8.GetBytes(LogLoad.Id(_number), id);
            raw.sqlite3_bind_text(_insert, 5, publisher);
            raw.sqlite3_bind_text(_insert, 6, id);
        }

        raw.sqlite3_bind_blob(_insert, 7, _payload);
        Step(_insert);
    }

    private void Execute(string sql)
    {
        using var statement = Prepare(sql);
        Step(statement);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(_connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement), _connection.Handle);
        return statement;
    }

    private void Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        }

        raw.sqlite3_reset(statement);
    }
}
