namespace Switchboard.Cli;

/// <summary>What somebody may have meant by a word that is not known.</summary>
internal static class Nearest
{
    /// <returns>The known word that begins with it, or is the fewest typing mistakes away, two at most; null if none is.</returns>
    internal static string? Of(string typed, IEnumerable<string> known)
    {
        var words = known.Order(StringComparer.Ordinal).ToList();
        return words.FirstOrDefault(word => typed.Length > 1 && word.StartsWith(typed, StringComparison.Ordinal))
            ?? words.Where(word => Distance(word, typed) <= Math.Min(2, typed.Length / 2)).MinBy(word => Distance(word, typed));
    }

    // Letters that are wrong, missing or too many (Levenshtein's distance), row by row.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
