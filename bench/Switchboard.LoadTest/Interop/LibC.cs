using System.Runtime.InteropServices;

namespace Switchboard.LoadTest.Interop;

/// <summary>
/// The one door to the C library, under its C names. Every signature is blittable; values are those of Linux on x86-64 and arm64.
/// </summary>
internal static unsafe partial class LibC
{
    public const int AF_INET = 2;
    public const int SOCK_STREAM = 1;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;

    public const int IPPROTO_IP = 0;
    public const int IP_BIND_ADDRESS_NO_PORT = 24;
    public const int IPPROTO_TCP = 6;
    public const int TCP_NODELAY = 1;

    public const int MSG_NOSIGNAL = 0x4000;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 0x1;
    public const uint EPOLLOUT = 0x4;

    public const int CLOCK_THREAD_CPUTIME_ID = 3;

    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EMFILE = 24;
    public const int EINPROGRESS = 115;

    public const int RLIMIT_NOFILE = 7;

    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int bind(int descriptor, sockaddr_in* address, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int connect(int descriptor, sockaddr_in* address, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setsockopt(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* @event);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* events, int capacity, int timeoutMilliseconds);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_pwait2(int epoll, byte* events, int capacity, timespec* timeout, void* signalMask);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nuint length, byte* mask);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int getrlimit(int resource, rlimit* limit);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setrlimit(int resource, rlimit* limit);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int clock_getcpuclockid(int process, int* clock);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int clock_gettime(int clock, timespec* time);

    /// <summary>
    /// Why the last call here failed. Ask before anything else is done, formatting a message included: the framework's own calls
    /// overwrite it. Saving it costs 16 ns a call, which a generator can afford; left in the C library it might by now be the
    /// just-in-time compiler's, for the way to the message is compiled at the first failure.
    /// </summary>
    public static int Errno => Marshal.GetLastPInvokeError();

    public static string Describe(int errno) => errno == EMFILE
        ? "too many open files; raise `ulimit -n`"
        : Marshal.GetPInvokeErrorMessage(errno);

#pragma warning disable CS8981 // names as C has them
    [StructLayout(LayoutKind.Sequential)]
    public struct sockaddr_in
    {
        public ushort sin_family;
        public ushort sin_port; // network order
        public uint sin_addr; // network order
        public ulong sin_zero;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct timespec
    {
        public nint tv_sec;
        public nint tv_nsec;

        public readonly long Nanoseconds => (tv_sec * 1_000_000_000L) + tv_nsec;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rlimit
    {
        public nuint rlim_cur;
        public nuint rlim_max;
    }
#pragma warning restore CS8981
}
