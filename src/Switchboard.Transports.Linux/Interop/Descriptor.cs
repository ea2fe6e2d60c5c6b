using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Switchboard.Transports.Linux.Interop;

/// <summary>A TCP socket's descriptor, non-blocking. A value: whoever stores it owns it, and closes it once.</summary>
internal readonly unsafe record struct Descriptor(int Number)
{
    /// <summary>How many pieces one <see cref="Send(List{ArraySegment{byte}})"/> takes.</summary>
    internal const int MaxPieces = 64;

    /// <returns>How many bytes came, 0 at the end of the stream, or an error's number negated.</returns>
    internal int Receive(byte* buffer, int length, bool isPeek = false)
    {
        while (true)
        {
            var count = LibC.recv(Number, buffer, (nuint)length, isPeek ? LibC.MSG_PEEK : 0);
            if (count >= 0)
            {
                return (int)count;
            }

            if (LibC.Errno is not LibC.EINTR and var errno)
            {
                return -errno;
            }
        }
    }

    /// <returns>How many bytes the system took, or an error's number negated.</returns>
    internal int Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                var count = LibC.send(Number, start, (nuint)bytes.Length, LibC.MSG_NOSIGNAL);
                if (count >= 0)
                {
                    return (int)count;
                }

                if (LibC.Errno is not LibC.EINTR and var errno)
                {
                    return -errno;
                }
            }
        }
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte})"/>
    internal int Send(List<ArraySegment<byte>> pieces)
    {
        Debug.Assert(pieces.Count <= MaxPieces, "More pieces than there is room for.");
        var vectors = stackalloc LibC.iovec[MaxPieces];
        Span<PinnedGCHandle<byte[]>> pins = stackalloc PinnedGCHandle<byte[]>[MaxPieces];
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            pins[i] = new PinnedGCHandle<byte[]>(piece.Array!);
            vectors[i] = new LibC.iovec { iov_base = pins[i].GetAddressOfArrayData() + piece.Offset, iov_len = (nuint)piece.Count };
        }

        try
        {
            return Send(vectors, pieces.Count);
        }
        finally
        {
            for (var i = 0; i < pieces.Count; i++)
            {
                pins[i].Dispose();
            }
        }
    }

    /// <inheritdoc cref="Send(ReadOnlySpan{byte})"/>
    internal int Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        fixed (byte* firstStart = first, secondStart = second)
        {
            var vectors = stackalloc LibC.iovec[2];
            vectors[0] = new LibC.iovec { iov_base = firstStart, iov_len = (nuint)first.Length };
            vectors[1] = new LibC.iovec { iov_base = secondStart, iov_len = (nuint)second.Length };
            return Send(vectors, 2);
        }
    }

    private int Send(LibC.iovec* vectors, int count)
    {
        var message = new LibC.msghdr { msg_iov = vectors, msg_iovlen = (nuint)count };
        while (true)
        {
            var sent = LibC.sendmsg(Number, &message, LibC.MSG_NOSIGNAL);
            if (sent >= 0)
            {
                return (int)sent;
            }

            if (LibC.Errno is not LibC.EINTR and var errno)
            {
                return -errno;
            }
        }
    }

    /// <summary>Tells the peer that nothing follows. A connection that is gone already says so by itself.</summary>
    internal void ShutdownSending() => _ = LibC.shutdown(Number, LibC.SHUT_WR);

    /// <summary>From now on closing resets the connection: what the peer still sends is of no use to anybody.</summary>
    internal void ResetWhenClosed()
    {
        var linger = new LibC.linger { l_onoff = 1 };
        _ = LibC.setsockopt(Number, LibC.SOL_SOCKET, LibC.SO_LINGER, &linger, (uint)sizeof(LibC.linger));
    }

    internal void DisableBlocking() => _ = LibC.fcntl(Number, LibC.F_SETFL, LibC.O_NONBLOCK);

    internal void DisableDelay()
    {
        var on = 1;
        _ = LibC.setsockopt(Number, LibC.IPPROTO_TCP, LibC.TCP_NODELAY, &on, sizeof(int));
    }

    /// <returns>The error that the system has kept for the connection, or 0.</returns>
    internal int TakeError()
    {
        int errno;
        var length = (uint)sizeof(int);
        return LibC.getsockopt(Number, LibC.SOL_SOCKET, LibC.SO_ERROR, &errno, &length) < 0 ? LibC.Errno : errno;
    }

    internal NativeAddress LocalAddress()
    {
        var address = default(NativeAddress);
        var length = (uint)NativeAddress.Size;
        return LibC.getsockname(Number, &address, &length) < 0 ? default : address;
    }

    internal void Close() => _ = LibC.close(Number);
}
