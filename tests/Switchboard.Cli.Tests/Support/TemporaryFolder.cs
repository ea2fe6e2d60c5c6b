namespace Switchboard.Cli.Tests.Support;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("switchboard-cli-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
