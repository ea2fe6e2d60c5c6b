using System.Net.Sockets;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>Connects to a Unix domain socket, which the system does at once or not at all.</summary>
internal static class UnixConnect
{
    /// <exception cref="IOException">Nobody listens there, or too many wait to be accepted.</exception>
    internal static unsafe EpollTransport Run(EpollLoop loop, UnixDomainSocketEndPoint endPoint)
    {
        var descriptor = new Descriptor(Failure.Check(
            LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0), "socket"));
        var address = endPoint.Serialize();
        int errno;
        fixed (byte* start = address.Buffer.Span)
        {
            errno = LibC.connect(descriptor.Number, start, (uint)address.Size) == 0 ? 0 : LibC.Errno;
        }

        if (errno != 0)
        {
            descriptor.Close();
            throw Failure.Of(errno);
        }

        return new EpollTransport(loop, descriptor, remote: default, listenEndPoint: null);
    }
}
