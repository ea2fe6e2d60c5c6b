namespace Switchboard.Files;

// Files that are read anew when they change. They are looked at when somebody asks, at most once a second: nothing runs while nobody does, and there is no watcher of the
// system's, which sees neither all file systems nor where a link leads. Safe from any thread; each change is told once.
//
// The rooms server compiles this file too. Its comments are none of XML: ASP.NET Core's generator for OpenAPI takes no type that two assemblies have comments of.
internal sealed class FileWatch(params IReadOnlyList<string> paths)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private volatile string _version = VersionOf(paths);
    private long _lookedAt;

    // Whether one of them is another than when that was asked last, or than when this was made. One that is half written changes once more.
    internal bool HasChanged(TimeProvider clock)
    {
        var before = Volatile.Read(ref _lookedAt);
        if (paths.Count == 0
            || (before != 0 && clock.GetElapsedTime(before) < LookAgainAfter)
            || Interlocked.CompareExchange(ref _lookedAt, clock.GetTimestamp(), before) != before)
        {
            return false;
        }

        var version = VersionOf(paths);
        var hasChanged = version != _version;
        _version = version;
        return hasChanged;
    }

    private static string VersionOf(IReadOnlyList<string> paths) => string.Join('|', paths.Select(VersionOf));

    // Of the file that a link leads to: certbot and Kubernetes change where it leads.
    private static string VersionOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
