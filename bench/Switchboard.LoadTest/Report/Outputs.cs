using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Where a run's results go.</summary>
internal sealed record Outputs(string Document, string Charts, string Json, bool IsDocumentation)
{
    /// <summary>A part of the whole must not take the whole's place in the documentation.</summary>
    public static Outputs For(SuiteResult result, bool isPart) => For(result.Measured, result.Plan.Kind, isPart);

    /// <inheritdoc cref="For(SuiteResult, bool)"/>
    public static Outputs For(DateTimeOffset measured, string kind, bool isPart)
    {
        var name = $"{measured:yyyy-MM-dd}{(kind == "full" ? "" : $"-{kind}")}.json";
        var (document, json) = isPart ? ("artifacts/benchmarks", "artifacts/benchmarks") : ("docs", "bench/results");
        var charts = $"{document}/benchmarks{(kind == "tls" ? "-tls" : "")}";
        var outputs = new Outputs($"{document}/benchmarks.md", charts, $"{json}/{name}", IsDocumentation: !isPart);
        Directory.CreateDirectory(outputs.Charts);
        Directory.CreateDirectory(json);
        return outputs;
    }
}
