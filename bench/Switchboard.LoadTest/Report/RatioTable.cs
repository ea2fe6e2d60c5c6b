using Switchboard.LoadTest.Servers;
using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Ours as a multiple of theirs, round by round, and whether that is what it was to be.</summary>
internal static class RatioTable
{
    public static string Of(SuiteResult result)
    {
        var lines = result.Rows.SelectMany(row => row.Row.Lines.Where(IsCompared).Select(line => (line, Verdict.Of(row, line).ToArray())));
        return Text.Table(
            [$"{ServerTable.Ours} as a multiple of", ServerTable.Kestrel, ServerTable.Bun, ServerTable.Floor, $"p99 of {ServerTable.Bun}"],
            lines.Select(line => Row(line.line, line.Item2)));
    }

    private static bool IsCompared(Line line) => line.Thresholds.Count > 0;

    private static IEnumerable<string> Row(Line line, Verdict[] verdicts) =>
    [
        line.Title,
        Cell(verdicts, line.Figure, ServerTable.Kestrel),
        Cell(verdicts, line.Figure, ServerTable.Bun),
        Cell(verdicts, line.Figure, ServerTable.Floor),
        Cell(verdicts, Figure.P99, ServerTable.Bun),
    ];

    private static string Cell(Verdict[] verdicts, Figure figure, string against)
    {
        var verdict = Array.Find(verdicts, verdict => verdict.Figure == figure.Key && verdict.Against == against);
        return verdict switch
        {
            null => Text.Nothing,
            { Ratio: null, AtMost: null } => Text.Nothing,
            { Ratio: null } => $"not measured; ≤ {verdict.AtMost}",
            { AtMost: null } => Text.Ratio(verdict.Ratio.Value),
            _ => $"{Text.Ratio(verdict.Ratio.Value)} ≤ {verdict.AtMost}: {(verdict.IsReached is true ? "reached" : "**not reached**")}",
        };
    }
}
