namespace Switchboard.LoadTest.Modes;

/// <summary>Who is compared and how; the first contender is the one the others are held against.</summary>
internal sealed record Comparison(Load Load, string Path, int Rounds, int ServerCpu, int GeneratorCpu, IReadOnlyList<Contender> Contenders)
{
    public Contender Baseline => Contenders[0];
}
