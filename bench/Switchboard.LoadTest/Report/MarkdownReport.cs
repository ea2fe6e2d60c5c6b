using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>What a run says in the documentation.</summary>
internal static class MarkdownReport
{
    public static void Write(SuiteResult result, Outputs outputs)
    {
        // What is measured over TLS has a place of its own.
        var command = result.Plan.Kind == "tls" ? "./bench/run --tls" : "./bench/run";
        var charts = Charts.Write(result, outputs.Charts);
        GeneratedSection.Write(outputs, command, string.Join("\n\n", Parts(result, charts, Path.GetFileName(outputs.Charts))));
    }

    private static IEnumerable<string> Parts(SuiteResult result, IReadOnlyList<Chart> charts, string folder)
    {
        yield return Provenance.Of(result);
        yield return string.Join("\n\n", charts.Select(chart => $"![{chart.Title}]({folder}/{chart.FileName})"));
        yield return $"### Server CPU and memory\n\n{Tables.Costs(result)}";
        yield return $"### Against the others\n\n{RatioTable.Of(result)}";
        yield return $"### Latency, p50 / p99 / p99.9 in ms\n\n{Tables.Latencies(result)}";
        yield return $"### Messages, deliveries or handshakes per second\n\n{Tables.Rates(result)}";
        yield return $"### Peak resident memory of the server in MB\n\n{Tables.Peaks(result)}";
        if (Doubts.Of(result) is { Length: > 0 } doubts)
        {
            yield return $"### What to doubt\n\n{doubts}";
        }
    }
}
