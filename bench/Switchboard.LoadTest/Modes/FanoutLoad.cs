using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>How many members, what one of them publishes to all, and for how long.</summary>
/// <param name="Members">How many connections; the first also publishes.</param>
/// <param name="Size">Payload of each message, at least as long as its number.</param>
/// <param name="Depth">The publisher's window: so many messages leave in one burst, the next burst when every member has them all.</param>
/// <param name="Warmup">Load before the window, not measured.</param>
/// <param name="Window">What is measured.</param>
internal sealed record FanoutLoad(int Members, int Size, int Depth, TimeSpan Warmup, TimeSpan Window)
{
    public static FanoutLoad Parse(Arguments arguments)
    {
        var load = new FanoutLoad(
            arguments.Number("--members", 1, 100_000) ?? 1000,
            arguments.Number("--size", MessageNumber.Length, 1024 * 1024) ?? 100,
            arguments.Number("--depth", 1, 1000) ?? 1,
            arguments.Seconds("--warmup", 2),
            arguments.Seconds("--seconds", 5));
        return load.Window > TimeSpan.Zero ? load : throw new UsageException("--seconds must be more than zero.");
    }

    public override string ToString() =>
        $"{Members:N0} members, {Size:N0} B binary, window {Depth}, "
        + $"{Window.TotalSeconds:0.##} s after {Warmup.TotalSeconds:0.##} s of warm-up";
}
