using Switchboard.LoadTest.Interop;

namespace Switchboard.LoadTest.Measure;

/// <summary>
/// A clock that runs while somebody computes: user and system time, in nanoseconds. The kernel keeps it per process, over all
/// threads including those that have ended, which summing /proc/PID/task/*/schedstat would lose; and it reads in one call.
/// </summary>
internal readonly unsafe struct CpuClock
{
    private readonly int _clock;

    private CpuClock(int clock) => _clock = clock;

    public static CpuClock CurrentThread => new(LibC.CLOCK_THREAD_CPUTIME_ID);

    public long Nanoseconds
    {
        get
        {
            LibC.timespec time;
            return LibC.clock_gettime(_clock, &time) == 0
                ? time.Nanoseconds
                : throw new RunFailedException("The measured process has ended.");
        }
    }

    public static CpuClock OfProcess(int pid)
    {
        int clock;
        return LibC.clock_getcpuclockid(pid, &clock) == 0
            ? new CpuClock(clock)
            : throw new RunFailedException($"There is no process {pid}.");
    }
}
