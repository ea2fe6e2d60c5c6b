using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Modes;

/// <summary>A storm of connections, and quiet ones beside it.</summary>
/// <param name="Rate">Connections begun per second.</param>
/// <param name="Alive">So many stay open; each further one makes the oldest close.</param>
/// <param name="Quiet">Connections that each send a small message every 10 ms, for the latency with and without the storm.</param>
/// <param name="Warmup">Before each of the two windows, not measured.</param>
/// <param name="Window">What is measured, once without and once with the storm.</param>
internal sealed record ConnectLoad(int Rate, int Alive, int Quiet, TimeSpan Warmup, TimeSpan Window)
{
    public static ConnectLoad Parse(Arguments arguments)
    {
        var load = new ConnectLoad(
            arguments.Number("--rate", 1, 1_000_000) ?? 5000,
            arguments.Number("--alive", 1, 10_000) ?? 500,
            arguments.Number("--quiet", 0, 1000) ?? 16,
            arguments.Seconds("--warmup", 1),
            arguments.Seconds("--seconds", 5));
        return load.Window > TimeSpan.Zero ? load : throw new UsageException("--seconds must be more than zero.");
    }

    public override string ToString() =>
        $"{Rate:N0} connections/s, {Alive:N0} alive, {Quiet:N0} quiet ones, "
        + $"{Window.TotalSeconds:0.##} s after {Warmup.TotalSeconds:0.##} s of warm-up";
}
