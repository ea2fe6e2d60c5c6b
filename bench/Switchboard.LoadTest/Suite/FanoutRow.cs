using Switchboard.LoadTest.Modes;
using Switchboard.LoadTest.Servers;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Suite;

internal sealed record FanoutRow(string Name, FanoutLoad Load, IReadOnlyList<Threshold> Thresholds) : Row(Name, "fan-out")
{
    public override string Title => $"fan-out to {Load.Members:N0}, {Load.Size} B, window {Load.Depth}";

    public override IReadOnlyList<Line> Lines => [new(this, Figure.DeliveryCpu, $"{Title}, per delivery", Thresholds)];

    public override object Work => Load;

    public override string? PathOn(KnownServer server) => server.FanoutPath;

    public override Sample Run(LoopbackUrl url, int pid)
    {
        using var run = FanoutRun.Open(url, Load, pid);
        return Sample.Of(run.Run(), Figure.DeliveryCpu, pid);
    }
}
