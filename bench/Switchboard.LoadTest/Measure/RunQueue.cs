using System.Globalization;

namespace Switchboard.LoadTest.Measure;

/// <summary>How long the current thread was ready to run while its CPU was busy with somebody else.</summary>
internal static class RunQueue
{
    // /proc/PID/schedstat: nanoseconds on a CPU, nanoseconds waiting for one, number of turns.
    public static long NanosecondsWaited =>
        long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[1], CultureInfo.InvariantCulture);
}
