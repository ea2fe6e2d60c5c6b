using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Report;

/// <summary>Figures as people read them, and tables of them.</summary>
internal static class Text
{
    public const string Nothing = "–";

    /// <summary>Three digits that matter.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => $"{value:N0}",
        >= 10 => $"{value:0.0}",
        >= 1 => $"{value:0.00}",
        _ => $"{value:0.000}",
    };

    public static string Ratio(Spread ratio) => $"{ratio.Median:0.00} ({ratio.Min:0.00}-{ratio.Max:0.00})";

    /// <summary>The first column reads from the left, the others are figures.</summary>
    public static string Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows)
    {
        string[] columns = [.. head];
        var ruler = $"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length - 1))}";
        return string.Join("\n", [Row(columns), ruler, .. rows.Select(Row)]);
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
