using System.Security;
using System.Text;
using Switchboard.LoadTest.Servers;

namespace Switchboard.LoadTest.Report;

/// <summary>Panels of horizontal bars, two beside each other, readable on a light and on a dark page.</summary>
internal static class SvgChart
{
    private const int Width = 860;
    private const int Margin = 12;
    private const int PanelWidth = (Width - (3 * Margin)) / 2;
    private const int NameWidth = 84;
    private const int ValueWidth = 76;
    private const int BarHeight = 14;
    private const int BarStep = 20;
    private const int TitleHeight = 40;
    private const int PanelTitleHeight = 26;

    private const string Style = """
        <style>
          text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
          .title { font-size: 15px; font-weight: 600; }
          .panel { font-weight: 600; }
          .bar { fill: #8c959f; }
          .ours { fill: #0969da; }
          .floor { fill: #d0d7de; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .bar { fill: #6e7681; }
            .ours { fill: #58a6ff; }
            .floor { fill: #3d444d; }
          }
        </style>
        """;

    public static string Draw(Chart chart)
    {
        var panelHeight = PanelTitleHeight + (chart.Panels.Max(panel => panel.Bars.Count) * BarStep) + Margin;
        var height = TitleHeight + ((chart.Panels.Count + 1) / 2 * panelHeight);
        var svg = new StringBuilder();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" ");
        svg.Append($"width=\"{Width}\" height=\"{height}\" role=\"img\">\n");
        svg.Append($"<title>{Escape(chart.Title)}</title>\n{Style}\n");
        svg.Append($"<text class=\"title\" x=\"{Margin}\" y=\"24\">{Escape(chart.Title)}; lower is better</text>\n");
        for (var i = 0; i < chart.Panels.Count; i++)
        {
            var left = Margin + (i % 2 * (PanelWidth + Margin));
            DrawPanel(svg, chart.Panels[i], left, top: TitleHeight + (i / 2 * panelHeight));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawPanel(StringBuilder svg, ChartPanel panel, int left, int top)
    {
        var longest = Math.Max(panel.Bars.Max(bar => bar.Value), double.Epsilon);
        svg.Append($"<text class=\"panel\" x=\"{left}\" y=\"{top + 14}\">{Escape(panel.Title)}</text>\n");
        for (var i = 0; i < panel.Bars.Count; i++)
        {
            var (server, value) = panel.Bars[i];
            var y = top + PanelTitleHeight + (i * BarStep);
            var length = Math.Max(1, Math.Max(0, value) / longest * (PanelWidth - NameWidth - ValueWidth));
            var x = left + NameWidth;
            svg.Append($"<text x=\"{x - 6}\" y=\"{y + 11}\" text-anchor=\"end\">{Escape(server)}</text>");
            svg.Append($"<rect class=\"{Class(server)}\" x=\"{x}\" y=\"{y}\" width=\"{length:0.#}\" height=\"{BarHeight}\" rx=\"2\"/>");
            svg.Append($"<text x=\"{x + length + 6:0.#}\" y=\"{y + 11}\">{Text.Number(value)} {panel.Unit}</text>\n");
        }
    }

    private static string Class(string server) => server switch
    {
        ServerTable.Ours => "ours",
        ServerTable.Floor => "floor",
        _ => "bar",
    };

    private static string Escape(string text) => SecurityElement.Escape(text);
}
