using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite;

/// <summary>The epoch of a store: all its rooms', whether they have messages yet or not.</summary>
internal static class Epoch
{
    public static Guid? Read(SqliteConnection connection)
    {
        using var statement = new Statement(connection, "SELECT epoch FROM store");
        return statement.Step() ? Guid.Parse(statement.Text(0)!) : null;
    }

    /// <summary>Gives a store a new epoch, in the place of the one that it may have had.</summary>
    public static Guid Begin(SqliteConnection connection)
    {
        var epoch = Guid.NewGuid();
        Statement.Execute(connection, "DELETE FROM store");
        using var insert = new Statement(connection, "INSERT INTO store (epoch) VALUES (?)");
        insert.Bind(1, epoch.ToString()).Execute();
        return epoch;
    }
}
