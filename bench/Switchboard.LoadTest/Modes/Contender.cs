using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Servers;

namespace Switchboard.LoadTest.Modes;

/// <summary>One server of a comparison and its rounds so far.</summary>
internal sealed record Contender(ServerCommand Command)
{
    public List<LoadResult> Rounds { get; } = [];

    public Spread ServerMicroseconds => Spread.Of(Rounds.Select(round => round.ServerMicrosecondsPerMessage));

    public double MedianOf(Func<LoadResult, double> figure) => Spread.Of(Rounds.Select(figure)).Median;

    /// <summary>CPU per message as a multiple of another server's in the same round: what disturbed the machine disturbed both.</summary>
    public Spread RatioTo(Contender other) => Spread.Of(Rounds.Zip(
        other.Rounds, (ours, theirs) => ours.ServerMicrosecondsPerMessage / theirs.ServerMicrosecondsPerMessage));
}
