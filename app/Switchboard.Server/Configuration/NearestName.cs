namespace Switchboard.Server.Configuration;

/// <summary>Guesses what somebody meant who has misspelt a name.</summary>
internal static class NearestName
{
    /// <returns>The name that is like it, case aside; null if none is.</returns>
    internal static string? Of(string misspelt, IEnumerable<string> names)
    {
        // A third of it may be wrong: more, and it would be a guess at random.
        var nearest = names.Select(name => (Name: name, Distance: Distance(misspelt.ToUpperInvariant(), name.ToUpperInvariant()))).MinBy(static one => one.Distance);
        return nearest.Distance <= Math.Max(1, misspelt.Length / 3) ? nearest.Name : null;
    }

    /// <summary>How many letters are to be put in, left out, replaced, or swapped with their neighbours (Damerau and Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var steps = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                steps[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(steps[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1), Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
                }
            }
        }

        return steps[one.Length, other.Length];
    }
}
