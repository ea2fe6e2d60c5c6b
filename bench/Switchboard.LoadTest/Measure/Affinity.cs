using System.Globalization;
using Switchboard.LoadTest.Interop;

namespace Switchboard.LoadTest.Measure;

internal static unsafe class Affinity
{
    public static void PinIfAsked(int? cpu)
    {
        if (cpu is { } number)
        {
            Pin(number);
        }
    }

    /// <summary>Pins every thread of this process, the just-in-time compiler's too; later threads inherit it.</summary>
    public static void Pin(int cpu)
    {
        const int MaskLength = 128; // a cpu_set_t: 1,024 CPUs
        var mask = stackalloc byte[MaskLength];
        new Span<byte>(mask, MaskLength).Clear();
        mask[cpu / 8] = (byte)(1 << (cpu % 8));
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            var thread = int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture);
            if (LibC.sched_setaffinity(thread, MaskLength, mask) < 0)
            {
                var errno = LibC.Errno;
                throw new RunFailedException($"CPU {cpu} cannot be used: {LibC.Describe(errno)}");
            }
        }
    }
}
