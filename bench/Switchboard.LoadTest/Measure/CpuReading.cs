using System.Diagnostics;

namespace Switchboard.LoadTest.Measure;

/// <summary>All clocks at one moment: the wall's, the server's, the generator's.</summary>
internal readonly record struct CpuReading(long Timestamp, long Server, long Generator, long GeneratorWaited)
{
    public static CpuReading Take(CpuClock? server) =>
        new(Stopwatch.GetTimestamp(), server?.Nanoseconds ?? 0, CpuClock.CurrentThread.Nanoseconds, RunQueue.NanosecondsWaited);

    public CpuUse Since(CpuReading start)
    {
        var wall = Stopwatch.GetElapsedTime(start.Timestamp, Timestamp);
        return new CpuUse(
            wall,
            (Server - start.Server) / 1_000.0,
            (Server - start.Server) / wall.TotalNanoseconds,
            (Generator - start.Generator) / wall.TotalNanoseconds,
            (GeneratorWaited - start.GeneratorWaited) / wall.TotalNanoseconds);
    }
}
