namespace Switchboard.Fuzz;

/// <summary>The inputs that a target begins with: the folder of its name, beside the program.</summary>
internal static class CorpusFolder
{
    internal static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>The target's files in the order of their names.</summary>
    internal static IReadOnlyList<string> FilesOf(ITarget target)
    {
        var folder = Path.Combine(Root, target.Name);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.bin").Order(StringComparer.Ordinal)] : [];
    }
}
