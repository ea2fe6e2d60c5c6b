using Switchboard.LoadTest.Modes;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Suite;

internal sealed record IdleRow(string Name, int Connections, TimeSpan Window, IReadOnlyList<Threshold> Thresholds) : Row(Name, "idle")
{
    public override string Title => $"{Connections:N0} idle connections";

    public override IReadOnlyList<Line> Lines =>
    [
        new(this, Figure.ResidentBytes, $"{Title}, resident bytes each", Thresholds),
        new(this, Figure.HandshakeCpu, "to open one of them", []),
    ];

    public override object Work => new { Connections, Window };

    public override bool WantsFreshServers => true;

    public override Sample Run(LoopbackUrl url, int pid)
    {
        var result = IdleRun.Run(url, Connections, Window, pid);
        return new Sample(result.Opening, result.Opening.IsGeneratorBound, new Dictionary<Figure, double>
        {
            [Figure.ResidentBytes] = result.ResidentBytesEach,
            [Figure.AnonymousBytes] = result.AnonymousBytesEach,
            [Figure.HandshakeCpu] = result.HandshakeMicroseconds,
            [Figure.Rate] = result.Connections / result.Opening.Window.TotalSeconds,
            [Figure.IdleCpu] = result.Idling.ServerShare * 100,
            [Figure.PeakMemory] = Sample.Megabytes(pid),
        });
    }
}
