using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Report;

/// <summary>Which pictures there are.</summary>
internal static class Charts
{
    private static readonly (string Name, string Title)[] Titles =
    [
        ("echo-one-in-flight", "Echo, one message in flight: server CPU per message"),
        ("echo-16-in-flight", "Echo, 16 messages in flight: server CPU per message"),
        ("echo-32-in-flight", "Echo, 32 messages in flight: server CPU per message"),
        ("echo-large", "Echo, large messages: server CPU per message"),
        ("fan-out", "Fan-out to 1,000 members: server CPU per delivery"),
        ("idle", "Idle connections: memory and handshake"),
    ];

    /// <summary>Draws those for which there are figures.</summary>
    public static IReadOnlyList<Chart> Write(SuiteResult result, string folder)
    {
        Chart[] charts = [.. Titles.Select(chart => Of(result, chart.Name, chart.Title)).Where(chart => chart.Panels.Count > 0)];
        foreach (var chart in charts)
        {
            File.WriteAllText(Path.Combine(folder, chart.FileName), SvgChart.Draw(chart));
        }

        return charts;
    }

    private static Chart Of(SuiteResult result, string name, string title) => new(
        name,
        title,
        [
            .. from row in result.Rows
               where row.Row.Chart == name
               from line in row.Row.Lines
               let panel = Panel(result, row, line)
               where panel.Bars.Count > 0
               select panel,
        ]);

    private static ChartPanel Panel(SuiteResult result, RowResult row, Line line) => new(
        line.Title,
        line.Figure.Unit,
        [
            .. from server in result.Present
               let median = row.Median(server.Name, line.Figure)
               where median is not null
               select (server.Name, median.Value.Median),
        ]);
}
