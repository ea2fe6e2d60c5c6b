using Microsoft.Data.Sqlite;

namespace Switchboard.Rooms.Sqlite;

/// <summary>A copy of a store in one file, of one moment, while the store works.</summary>
internal static class Backup
{
    /// <summary>Makes the copy beside its place and moves it there when it is whole and on the disk.</summary>
    public static void Make(Database database, string path)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} is there already: a backup overwrites nothing.");
        }

        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            StoreFolder.CreateFile(part, FileShare.None, FileMode.CreateNew).Dispose();
            using (var connection = database.OpenToRead())
            {
                // It reads from one moment on, and so may write: into the other file only.
                Statement.Execute(connection, "PRAGMA query_only = OFF");
                using var vacuum = new Statement(connection, "VACUUM INTO ?");
                vacuum.Bind(1, part).Execute();
            }

            BeginEpoch(part);
            File.Move(part, path, overwrite: false);
        }
        finally
        {
            File.Delete(part);
        }
    }

    // Whoever begins with the copy has lost what was stored after it: positions of that time must not look like its own.
    // The commit also brings the whole file to the disk, which VACUUM INTO leaves to the system.
    private static void BeginEpoch(string file)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        Statement.Execute(connection, "PRAGMA synchronous = FULL");
        Statement.Execute(connection, "PRAGMA fullfsync = ON");
        Statement.Execute(connection, "BEGIN");
        Epoch.Begin(connection);
        Statement.Execute(connection, "COMMIT");
    }
}
