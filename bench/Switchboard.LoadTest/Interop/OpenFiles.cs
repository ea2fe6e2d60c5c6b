namespace Switchboard.LoadTest.Interop;

/// <summary>How many descriptors this process, and those it starts, may have open.</summary>
internal static unsafe class OpenFiles
{
    /// <summary>Raises the limit as far as it goes without privileges, and says how far that is.</summary>
    public static long RaiseLimit()
    {
        LibC.rlimit limit;
        if (LibC.getrlimit(LibC.RLIMIT_NOFILE, &limit) < 0)
        {
            throw new RunFailedException($"getrlimit: {LibC.Describe(LibC.Errno)}");
        }

        limit.rlim_cur = limit.rlim_max;
        return LibC.setrlimit(LibC.RLIMIT_NOFILE, &limit) == 0
            ? (long)Math.Min(limit.rlim_max, int.MaxValue)
            : throw new RunFailedException($"setrlimit: {LibC.Describe(LibC.Errno)}");
    }
}
