using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Where a run's results go.</summary>
internal sealed record Outputs(string Document, string Charts, string Json, bool IsDocumentation)
{
    /// <summary>A part of the whole must not take the whole's place in the documentation.</summary>
    public static Outputs For(SuiteResult result, bool isPart)
    {
        var name = $"{result.Measured:yyyy-MM-dd}{(result.Plan.Kind == "full" ? "" : $"-{result.Plan.Kind}")}.json";
        var (document, json) = isPart ? ("artifacts/benchmarks", "artifacts/benchmarks") : ("docs", "bench/results");
        var charts = $"{document}/benchmarks{(result.Plan.Kind == "tls" ? "-tls" : "")}";
        var outputs = new Outputs($"{document}/benchmarks.md", charts, $"{json}/{name}", IsDocumentation: !isPart);
        Directory.CreateDirectory(outputs.Charts);
        Directory.CreateDirectory(json);
        return outputs;
    }
}
