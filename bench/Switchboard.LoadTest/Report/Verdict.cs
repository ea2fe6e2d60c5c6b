using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Servers;
using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Our figure as a multiple of another server's, and what it was to be.</summary>
internal sealed record Verdict(string Figure, string Against, Spread? Ratio, double? AtMost)
{
    /// <summary>p99 is to be no worse than Bun's in every row.</summary>
    private static readonly Threshold Latency = new(ServerTable.Bun, 1.0);

    /// <summary>Null if there is nothing to reach, or nothing was measured.</summary>
    public bool? IsReached => Ratio is { } ratio && AtMost is { } most ? ratio.Median <= most : null;

    /// <summary>The line's figure against those it has thresholds for and the floor, then its latency.</summary>
    public static IEnumerable<Verdict> Of(RowResult row, Line line)
    {
        foreach (var threshold in line.Thresholds)
        {
            yield return Hold(row, line.Figure, threshold.Against, threshold.AtMost);
        }

        if (line.Row is EchoRow)
        {
            yield return Hold(row, line.Figure, ServerTable.Floor, atMost: null);
        }

        if (line.Row is EchoRow or FanoutRow)
        {
            yield return Hold(row, Suite.Figure.P99, Latency.Against, Latency.AtMost);
        }
    }

    private static Verdict Hold(RowResult row, Figure figure, string other, double? atMost) =>
        new(figure.Key, other, row.Ratio(ServerTable.Ours, other, figure), atMost);
}
