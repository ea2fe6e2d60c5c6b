using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Modes;

/// <summary>What every connection does, and for how long.</summary>
internal sealed record Load(int Connections, int Size, int Depth, bool IsText, TimeSpan Warmup, TimeSpan Window)
{
    private const int LargestBurst = 256 * 1024 * 1024;

    public Opcode Opcode => IsText ? Opcode.Text : Opcode.Binary;

    public static Load Parse(Arguments arguments)
    {
        var load = new Load(
            arguments.Number("--connections", 1, 100_000) ?? 64,
            arguments.Number("--size", 0, LargestBurst) ?? 20,
            arguments.Number("--depth", 1, 100_000) ?? 1,
            arguments.Has("--text"),
            arguments.Seconds("--warmup", 2),
            arguments.Seconds("--seconds", 5));
        if ((long)(load.Size + Frames.HeaderLength(load.Size)) * load.Depth > LargestBurst)
        {
            throw new UsageException($"A burst of {load.Depth} x {load.Size} bytes is larger than {LargestBurst}.");
        }

        return load.Window > TimeSpan.Zero ? load : throw new UsageException("--seconds must be more than zero.");
    }

    public override string ToString() =>
        $"{Connections:N0} connections x {Size:N0} B {(IsText ? "text" : "binary")}, depth {Depth}, "
        + $"{Window.TotalSeconds:0.##} s after {Warmup.TotalSeconds:0.##} s of warm-up";
}
