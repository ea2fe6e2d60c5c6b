using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Suite;

/// <summary>Every server's rounds of one row, and what went wrong.</summary>
internal sealed record RowResult(Row Row)
{
    /// <summary>By server; each list has one sample per round.</summary>
    public Dictionary<string, List<Sample>> Samples { get; } = [];

    /// <summary>By server: why it has no samples.</summary>
    public Dictionary<string, string> Failures { get; } = [];

    /// <summary>By server: the largest share of a CPU it took while another one was measured.</summary>
    public Dictionary<string, double> Restless { get; } = [];

    public void Fail(string server, string reason)
    {
        Samples.Remove(server);
        Failures.TryAdd(server, reason);
    }

    public Spread? Median(string server, Figure figure) =>
        Samples.TryGetValue(server, out var samples) && samples.Count > 0 && samples[0].Figures.ContainsKey(figure)
            ? Spread.Of(samples.Select(sample => sample.Figures[figure]))
            : null;

    /// <summary>One server's figure as a multiple of another's in the same round: what disturbed the machine disturbed both.</summary>
    public Spread? Ratio(string server, string other, Figure figure)
    {
        if (Median(server, figure) is null || Median(other, figure) is not { Min: > 0 })
        {
            return null;
        }

        return Spread.Of(Samples[server].Zip(Samples[other], (ours, theirs) => ours.Figures[figure] / theirs.Figures[figure]));
    }

    public bool IsGeneratorBound(string server) =>
        Samples.TryGetValue(server, out var samples) && samples.Count(sample => sample.IsGeneratorBound) * 2 > samples.Count;
}
