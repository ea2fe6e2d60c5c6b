using System.Runtime.InteropServices;

namespace Switchboard.Transports.Linux.Interop;

#pragma warning disable CS8981 // The C library's own names.

/// <summary>
/// The one door to the C library, under its C names. Every signature is blittable; the values are those of Linux on x86-64 and arm64.
/// Whoever gets an error reads <see cref="Errno"/> before it calls anything else.
/// </summary>
internal static unsafe partial class LibC
{
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;

    internal const int SOCK_STREAM = 1;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;

    internal const int SOL_SOCKET = 1;
    internal const int SO_ERROR = 4;
    internal const int SO_LINGER = 13;
    internal const int IPPROTO_TCP = 6;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_DEFER_ACCEPT = 9;

    internal const int MSG_PEEK = 0x2;
    internal const int MSG_NOSIGNAL = 0x4000;

    internal const int SHUT_WR = 1;

    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const uint EPOLLIN = 0x1;
    internal const uint EPOLLOUT = 0x4;
    internal const uint EPOLLERR = 0x8;
    internal const uint EPOLLHUP = 0x10;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLET = 1u << 31;

    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;

    internal const int O_RDONLY = 0;
    internal const int O_CLOEXEC = 0x80000;

    internal const int O_NONBLOCK = 0x800;

    internal const int F_SETFL = 4;
    internal const int F_DUPFD_CLOEXEC = 1030;

    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int EPIPE = 32;
    internal const int EPROTO = 71;
    internal const int ENETUNREACH = 101;
    internal const int ECONNABORTED = 103;
    internal const int ECONNRESET = 104;
    internal const int ETIMEDOUT = 110;
    internal const int ECONNREFUSED = 111;
    internal const int EHOSTUNREACH = 113;
    internal const int EINPROGRESS = 115;

    private const string Library = "libc";

    /// <summary>
    /// Why the last call failed. Read on failure only: SetLastError would read it after each call, which costs more than the rest of the way in.
    /// </summary>
    internal static int Errno => Marshal.GetLastSystemError();

    [LibraryImport(Library)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Library)]
    internal static partial int epoll_ctl(int epoll, int operation, int descriptor, void* epollEvent);

    [LibraryImport(Library)]
    internal static partial int epoll_wait(int epoll, void* events, int capacity, int timeoutMilliseconds);

    [LibraryImport(Library)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport(Library)]
    internal static partial nint write(int descriptor, void* bytes, nuint count);

    [LibraryImport(Library)]
    internal static partial nint recv(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport(Library)]
    internal static partial nint send(int descriptor, void* bytes, nuint length, int flags);

    [LibraryImport(Library)]
    internal static partial nint sendmsg(int descriptor, msghdr* message, int flags);

    [LibraryImport(Library)]
    internal static partial int accept4(int descriptor, void* address, uint* length, int flags);

    [LibraryImport(Library)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library)]
    internal static partial int connect(int descriptor, void* address, uint length);

    [LibraryImport(Library)]
    internal static partial int getsockname(int descriptor, void* address, uint* length);

    [LibraryImport(Library)]
    internal static partial int getsockopt(int descriptor, int level, int name, void* value, uint* length);

    [LibraryImport(Library)]
    internal static partial int setsockopt(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport(Library)]
    internal static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport(Library)]
    internal static partial int shutdown(int descriptor, int how);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags);

    [LibraryImport(Library)]
    internal static partial int close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    internal struct iovec
    {
        internal void* iov_base;
        internal nuint iov_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct msghdr
    {
        internal void* msg_name;
        internal uint msg_namelen;
        internal iovec* msg_iov;
        internal nuint msg_iovlen;
        internal void* msg_control;
        internal nuint msg_controllen;
        internal int msg_flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct linger
    {
        internal int l_onoff;
        internal int l_linger;
    }
}
