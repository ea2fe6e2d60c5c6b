using Switchboard.LoadTest.Modes;
using Switchboard.LoadTest.Servers;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Suite;

internal sealed record EchoRow(string Name, string Chart, string Heading, Load Load, IReadOnlyList<Threshold> Thresholds) : Row(Name, Chart)
{
    public override string Title => Heading;

    public override IReadOnlyList<Line> Lines => [new(this, Figure.MessageCpu, Title, Thresholds)];

    public override object Work => Load;

    public override string PathOn(KnownServer server) => server.EchoPath;

    public override Sample Run(LoopbackUrl url, int pid)
    {
        using var run = EchoRun.Open(url, Load, pid);
        return Sample.Of(run.Run(), Figure.MessageCpu, pid);
    }
}
