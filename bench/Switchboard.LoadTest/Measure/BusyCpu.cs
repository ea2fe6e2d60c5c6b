using System.Globalization;

namespace Switchboard.LoadTest.Measure;

/// <summary>How long one CPU has been busy, with whomever: what the server has not used of it, something else has.</summary>
internal static class BusyCpu
{
    private const double NanosecondsPerTick = 1e9 / 100; // USER_HZ is 100 wherever Linux runs .NET
    private const int Idle = 3;
    private const int IoWait = 4;
    private const int Fields = 8; // user nice system idle iowait irq softirq steal; what follows is in user already

    public static double Nanoseconds(int cpu)
    {
        var name = $"cpu{cpu} ";
        var line = File.ReadLines("/proc/stat").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
            ?? throw new RunFailedException($"There is no CPU {cpu}.");
        var ticks = line[name.Length..].Split(' ').Take(Fields).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (ticks.Sum() - ticks[Idle] - ticks[IoWait]) * NanosecondsPerTick;
    }
}
