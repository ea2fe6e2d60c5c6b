using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// Brings a database to this version's schema, by the numbered .sql files in this folder: <c>user_version</c> is the number of the last that it has had.
/// A file that was released is never changed.
/// </summary>
internal static class Migrations
{
    private static readonly SortedList<long, string> Files = ReadFiles();

    private static long Newest => Files.GetKeyAtIndex(Files.Count - 1);

    /// <returns>The epoch of the store, which is new if the store is.</returns>
    /// <exception cref="LogUnavailableException">A newer version has written the database.</exception>
    public static Guid Run(SqliteConnection connection, string file, ILogger logger)
    {
        Statement.Execute(connection, "BEGIN IMMEDIATE");
        var version = Number(connection, "PRAGMA user_version");
        if (version > Newest)
        {
            throw new LogUnavailableException(
                $"{file} was written by a newer version of Switchboard: its schema is {version}, and the newest that this version knows is {Newest}. " +
                "Run that version, or choose another folder.");
        }

        if (version is > 0 && version < Newest)
        {
            StoreLog.Migrating(logger, file, version, Newest);
        }

        foreach (var (number, sql) in Files.Where(file => file.Key > version))
        {
            using var script = connection.CreateCommand();
            script.CommandText = sql;
            script.ExecuteNonQuery();
            Statement.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {number}"));
        }

        var epoch = Epoch.Read(connection) ?? Epoch.Begin(connection);
        Statement.Execute(connection, "COMMIT");
        return epoch;
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        statement.Step();
        return statement.Number(0);
    }

    // 0001-messages.sql
    private static SortedList<long, string> ReadFiles()
    {
        var assembly = typeof(Migrations).Assembly;
        var files = new SortedList<long, string>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)))
        {
            files.Add(long.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), Read(assembly, name));
        }

        return files;
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
