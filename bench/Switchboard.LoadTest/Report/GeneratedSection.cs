namespace Switchboard.LoadTest.Report;

/// <summary>The generated part of a document, between two markers; what stands around them is somebody's writing and stays.</summary>
internal static class GeneratedSection
{
    /// <param name="outputs">Which document.</param>
    /// <param name="command">What writes it, which the markers name: each command has a part of its own.</param>
    /// <param name="report">What to put there.</param>
    public static void Write(Outputs outputs, string command, string report)
    {
        var beginning = $"<!-- From here to the end marker this is written by {command}. -->";
        var ending = $"<!-- End of what {command} writes. -->";
        var document = outputs.IsDocumentation ? File.ReadAllText(outputs.Document) : $"# Benchmarks\n\n{beginning}\n{ending}\n";
        var begin = document.IndexOf(beginning, StringComparison.Ordinal);
        var end = document.IndexOf(ending, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new RunFailedException($"{outputs.Document} has lost its markers; the results are in {outputs.Json}.");
        }

        File.WriteAllText(outputs.Document, $"{document[..begin]}{beginning}\n\n{report}\n\n{document[end..]}");
    }
}
