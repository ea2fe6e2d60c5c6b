namespace Switchboard.LoadTest.Report;

/// <summary>Bars for some lines of the report, as one picture.</summary>
internal sealed record Chart(string Name, string Title, IReadOnlyList<ChartPanel> Panels)
{
    public string FileName => $"{Name}.svg";
}

/// <summary>One line's servers; the panel's longest bar fills it.</summary>
internal sealed record ChartPanel(string Title, string Unit, IReadOnlyList<(string Server, double Value)> Bars);
