namespace Switchboard.LoadTest.Suite;

/// <summary>A line of the report: one figure of a row that servers are compared by, lower being better.</summary>
internal sealed record Line(Row Row, Figure Figure, string Title, IReadOnlyList<Threshold> Thresholds);
