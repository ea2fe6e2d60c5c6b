namespace Switchboard.Browser;

/// <summary>A folder that is gone after the test: the data of servers that follow one another.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("switchboard-data-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
