using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// A prepared statement that is used again and again. Below <see cref="SqliteCommand"/>, whose parameters would box every number and
/// copy every payload; a fault is a <see cref="SqliteException"/> all the same. Parameters count from 1, columns from 0. One thread at a time.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int OnTheStack = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        statement.Execute();
    }

    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, string? text)
    {
        if (text is null)
        {
            Check(raw.sqlite3_bind_null(_statement, parameter));
            return this;
        }

        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = longest > OnTheStack ? ArrayPool<byte>.Shared.Rent(longest) : null;
        var utf8 = rented ?? stackalloc byte[OnTheStack];
        Check(raw.sqlite3_bind_text(_statement, parameter, utf8[..Encoding.UTF8.GetBytes(text, utf8)]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    public Statement Bind(int parameter, ReadOnlySpan<byte> bytes)
    {
        // An empty span has no address, and nothing at no address would be NULL.
        Check(bytes.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0)
            : raw.sqlite3_bind_blob(_statement, parameter, bytes));
        return this;
    }

    /// <summary>Goes to the next row. Without one the statement is ready to be used again; who leaves earlier calls <see cref="Reset"/>.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result == raw.SQLITE_DONE)
        {
            Reset();
            return false;
        }

        try
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
        finally
        {
            Reset();
        }

        return false;
    }

    /// <summary>Takes all the steps, whatever the rows.</summary>
    public void Execute()
    {
        while (Step())
        {
        }
    }

    public void Reset() => raw.sqlite3_reset(_statement); // what it returns is the last step's fault, which was thrown

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    // As bytes: text to the first NUL only would be what the other way gives.
    public string? Text(int column) =>
        raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    public int Length(int column) => raw.sqlite3_column_bytes(_statement, column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }
}
