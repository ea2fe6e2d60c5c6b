using Switchboard.LoadTest.Interop;

namespace Switchboard.LoadTest.Wire;

/// <summary>
/// Owns one TCP descriptor, which never blocks.
/// </summary>
internal sealed unsafe class Socket : IDisposable
{
    public Socket()
    {
        Descriptor = LibC.socket(LibC.AF_INET, LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0);
        Check(Descriptor, "socket");
    }

    public int Descriptor { get; private set; }

    /// <summary>
    /// Begins to connect from <paramref name="source"/> (an address in network order): more connections then fit than one address
    /// has ports. Sending takes nothing until the connection stands.
    /// </summary>
    public void Connect(LoopbackUrl url, uint source)
    {
        Enable(LibC.IPPROTO_TCP, LibC.TCP_NODELAY);

        // The port is chosen at connect, when the destination is known: ports may then repeat per destination.
        Enable(LibC.IPPROTO_IP, LibC.IP_BIND_ADDRESS_NO_PORT);

        var from = new LibC.sockaddr_in { sin_family = LibC.AF_INET, sin_addr = source };
        Check(LibC.bind(Descriptor, &from, (uint)sizeof(LibC.sockaddr_in)), "bind");

        var to = new LibC.sockaddr_in { sin_family = LibC.AF_INET, sin_port = url.PortBits, sin_addr = url.AddressBits };
        if (LibC.connect(Descriptor, &to, (uint)sizeof(LibC.sockaddr_in)) < 0 && LibC.Errno is not LibC.EINPROGRESS and var errno)
        {
            throw Failed("connect", errno);
        }
    }

    /// <summary>How many bytes were received; zero at the end of the stream, -1 when there is nothing to receive now.</summary>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var received = LibC.recv(Descriptor, start, (nuint)buffer.Length, flags: 0);
            return received >= 0 ? (int)received : UnlessFatal("recv", wouldBlock: -1);
        }
    }

    /// <summary>How many bytes were taken: possibly fewer than given, possibly none.</summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var sent = LibC.send(Descriptor, start, (nuint)bytes.Length, LibC.MSG_NOSIGNAL);
            return sent >= 0 ? (int)sent : UnlessFatal("send", wouldBlock: 0);
        }
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = LibC.close(Descriptor);
            Descriptor = -1;
        }
    }

    private static int UnlessFatal(string call, int wouldBlock)
    {
        var errno = LibC.Errno;
        return errno is LibC.EAGAIN or LibC.EINTR ? wouldBlock : throw Failed(call, errno);
    }

    private void Enable(int level, int name)
    {
        var on = 1;
        Check(LibC.setsockopt(Descriptor, level, name, &on, sizeof(int)), "setsockopt");
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw Failed(call, LibC.Errno);
        }
    }

    private static RunFailedException Failed(string call, int errno) => new($"{call}: {LibC.Describe(errno)}");
}
