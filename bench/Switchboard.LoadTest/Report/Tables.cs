using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Rows of work down, servers across, medians in between.</summary>
internal static class Tables
{
    public static string Costs(SuiteResult result) => Of(
        result,
        from row in result.Rows from line in row.Row.Lines select (Title(line), row, (Cell)(server => Cost(row, line.Figure, server))));

    public static string Latencies(SuiteResult result) => Of(
        result,
        [
            .. from row in result.Rows where Has(row, Figure.P99) select (LatencyTitle(row), row, (Cell)(server => Latency(row, server))),
            .. from row in result.Rows
               where Has(row, Figure.CalmP99)
               select ("the same quiet echo alone, p99", row, (Cell)(server => Median(row, Figure.CalmP99, server))),
        ]);

    public static string Rates(SuiteResult result) => ByRow(result, Figure.Rate);

    public static string Peaks(SuiteResult result) => ByRow(result, Figure.PeakMemory);

    private delegate string Cell(string server);

    private static string ByRow(SuiteResult result, Figure figure) => Of(
        result,
        from row in result.Rows where Has(row, figure) select (row.Row.Title, row, (Cell)(server => Median(row, figure, server))));

    private static string Of(SuiteResult result, IEnumerable<(string Title, RowResult Row, Cell Cell)> lines)
    {
        string[] servers = [.. result.Present.Select(server => server.Name)];
        return Text.Table(["", .. servers], lines.Select(line => servers.Select(server => line.Cell(server)).Prepend(line.Title)));
    }

    private static bool Has(RowResult row, Figure figure) => row.Samples.Keys.Any(server => row.Median(server, figure) is not null);

    private static string Title(Line line) => line.Figure == Figure.ResidentBytes ? line.Title : $"{line.Title}, {line.Figure.Unit}";

    private static string LatencyTitle(RowResult row) =>
        row.Row is ConnectRow ? $"quiet echo beside {row.Row.Title}" : row.Row.Title;

    private static string Cost(RowResult row, Figure figure, string server) =>
        row.Failures.ContainsKey(server) ? "failed" : Median(row, figure, server);

    private static string Median(RowResult row, Figure figure, string server) =>
        row.Median(server, figure) is { } figures ? $"{Text.Number(figures.Median)}{Mark(row, figure, server)}" : Text.Nothing;

    private static string Latency(RowResult row, string server)
    {
        if (row.Median(server, Figure.P50) is not { } p50)
        {
            return Text.Nothing;
        }

        var p99 = row.Median(server, Figure.P99)!.Value;
        var p999 = row.Median(server, Figure.P999)!.Value;
        return $"{Text.Number(p50.Median)} / {Text.Number(p99.Median)} / {Text.Number(p999.Median)}{Mark(row, Figure.P99, server)}";
    }

    // CPU per message holds whoever was the bottleneck; rates and times do not.
    private static string Mark(RowResult row, Figure figure, string server) =>
        (figure == Figure.Rate || figure == Figure.P99) && row.IsGeneratorBound(server) ? " *" : "";
}
