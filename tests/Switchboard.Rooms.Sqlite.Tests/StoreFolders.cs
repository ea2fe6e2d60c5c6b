namespace Switchboard.Rooms.Sqlite.Tests;

/// <summary>Folders for stores, cleared away with the test.</summary>
internal sealed class StoreFolders : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("switchboard-log-").FullName;
    private int _count;

    /// <summary>A folder that is not there yet.</summary>
    public string Next() => Path.Combine(_root, $"store-{++_count}");

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
