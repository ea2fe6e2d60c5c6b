using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Modes;

namespace Switchboard.LoadTest.Suite;

/// <summary>One server's round of one row.</summary>
internal sealed record Sample(CpuUse Cpu, bool IsGeneratorBound, IReadOnlyDictionary<Figure, double> Figures)
{
    /// <summary>The share of the servers' CPU that something else took meanwhile.</summary>
    public double TakenByOthers { get; init; }

    public static Sample Of(LoadResult result, Figure cost, int pid) => new(
        result.Cpu,
        result.Cpu.IsGeneratorBound,
        new Dictionary<Figure, double>
        {
            [cost] = result.ServerMicrosecondsPerMessage,
            [Figure.Rate] = result.MessagesPerSecond,
            [Figure.P50] = result.Latency.P50.TotalMilliseconds,
            [Figure.P99] = result.Latency.P99.TotalMilliseconds,
            [Figure.P999] = result.Latency.P999.TotalMilliseconds,
            [Figure.PeakMemory] = Megabytes(pid),
        });

    public static double Megabytes(int pid) => ProcessMemory.Of(pid).Peak / 1024.0;
}
