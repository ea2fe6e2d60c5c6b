
namespace Switchboard.Snippets;

/// <summary>A fenced block of a page.</summary>
/// <param name="Place">The page and the line where it begins.</param>
/// <param name="Language">The word behind the fence.</param>
/// <param name="Text">What stands in it.</param>
/// <param name="Given">Names that the page has introduced before: <c>&lt;!-- with: server, socket --&gt;</c> in the line above.</param>
public sealed record Snippet(string Place, string Language, string Text, IReadOnlyList<string> Given)
{
    private const string Fence = "```";
    private const string With = "<!-- with:";

    /// <summary>Every snippet of the README, the guides and the protocol of rooms.</summary>
    public static IReadOnlyList<Snippet> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs/guide"), "*.md")
            .Prepend(Path.Combine(Repository.Root, "README.md"))
            .Append(Path.Combine(Repository.Root, "docs/rooms-protocol.md"))
            .SelectMany(Read),
    ];

    public static IEnumerable<Snippet> In(string page, string language) =>
        All.Where(snippet => snippet.Language == language && snippet.Place.StartsWith($"{page}:", StringComparison.Ordinal));

    public override string ToString() => Place;

    private static IEnumerable<Snippet> Read(string file)
    {
        var lines = File.ReadAllLines(file);
        var page = Path.GetRelativePath(Repository.Root, file);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var end = Array.IndexOf(lines, Fence, i + 1);
            var above = i > 0 && lines[i - 1].StartsWith(With, StringComparison.Ordinal) ? lines[i - 1] : null;
            yield return new Snippet(
                $"{page}:{i + 1}",
                lines[i][Fence.Length..],
                string.Join('\n', lines[(i + 1)..end]) + "\n",
                above is null ? [] : above[With.Length..].Replace("-->", "", StringComparison.Ordinal).Split(',', StringSplitOptions.TrimEntries));
            i = end;
        }
    }
}
