using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Switchboard.Transports.Linux.Interop;

/// <summary>What the C library's error numbers are called here.</summary>
internal static class Failure
{
    internal static Exception Of(int errno) => errno switch
    {
        LibC.ECONNRESET or LibC.EPIPE => new SocketException((int)SocketError.ConnectionReset),
        LibC.ETIMEDOUT => new SocketException((int)SocketError.TimedOut),
        LibC.ECONNREFUSED => new SocketException((int)SocketError.ConnectionRefused),
        LibC.ENETUNREACH => new SocketException((int)SocketError.NetworkUnreachable),
        LibC.EHOSTUNREACH => new SocketException((int)SocketError.HostUnreachable),
        _ => new IOException(Describe(errno)),
    };

    internal static string Describe(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";

    /// <summary>For calls that fail only when the system has no resources left.</summary>
    internal static int Check(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call} failed: {Describe(LibC.Errno)}.");
}
