using Switchboard.LoadTest.Modes;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Suite;

internal sealed record ConnectRow(string Name, ConnectLoad Load) : Row(Name, "connect")
{
    public override string Title => $"{Load.Rate:N0} connections/s that come and go";

    public override IReadOnlyList<Line> Lines => [new(this, Figure.OpenAndCloseCpu, "to open and close a connection", [])];

    public override object Work => Load;

    public override Sample Run(LoopbackUrl url, int pid)
    {
        using var run = new ConnectRun(url, Load, pid);
        var result = run.Run();
        return new Sample(result.StormCpu, result.IsGeneratorBound, new Dictionary<Figure, double>
        {
            [Figure.OpenAndCloseCpu] = result.ServerMicrosecondsPerHandshake,
            [Figure.Rate] = result.HandshakesPerSecond,
            [Figure.CalmP99] = result.Calm.P99.TotalMilliseconds,
            [Figure.P50] = result.Storm.P50.TotalMilliseconds,
            [Figure.P99] = result.Storm.P99.TotalMilliseconds,
            [Figure.P999] = result.Storm.P999.TotalMilliseconds,
            [Figure.PeakMemory] = Sample.Megabytes(pid),
        });
    }
}
