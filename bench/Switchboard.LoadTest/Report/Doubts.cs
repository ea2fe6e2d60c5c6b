using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Whatever makes figures of this run less than they seem.</summary>
internal static class Doubts
{
    private const double TolerableWait = 0.05;

    public static string Of(SuiteResult result) => string.Join("\n", All(result).Select(doubt => $"- {doubt}"));

    private static IEnumerable<string> All(SuiteResult result) =>
    [
        .. result.Missing.Select(server => $"**{server.Key} is missing**: {server.Value}."),
        .. result.Rows.SelectMany(row => row.Failures.Select(
            failure => $"{row.Row.Name}: **{failure.Key} failed**: {failure.Value.ReplaceLineEndings(" ")}")),
        .. result.Rows.SelectMany(row => row.Restless.Select(
            server => $"{row.Row.Name}: {server.Key} took up to {server.Value:0%} of the servers' CPU while others were measured.")),
        .. result.Rows.SelectMany(Disturbed),
        .. result.Rows.SelectMany(row => row.Samples.Keys.Where(row.IsGeneratorBound).Select(
            server => $"{row.Row.Name}: \\* the generator was the bottleneck with {server}; rates and times are the generator's own.")),
    ];

    private static IEnumerable<string> Disturbed(RowResult row) =>
        from samples in row.Samples
        let waited = Spread.Of(samples.Value.Select(sample => sample.Cpu.GeneratorWaitShare)).Median
        where waited > TolerableWait
        select $"{row.Row.Name}: with {samples.Key} something else had the generator's CPU for {waited:0%} of the time.";
}
