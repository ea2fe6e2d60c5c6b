using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Sockets;

/// <summary>Takes an address to listen on, or says why not.</summary>
internal static class ListeningSocket
{
    /// <exception cref="IOException">The address is in use, or is not ours.</exception>
    internal static Socket Open(EndPoint endPoint, int backlog)
    {
        if (endPoint is UnixDomainSocketEndPoint file)
        {
            SocketFile.RemoveIfStale(file);
        }

        var socket = Create(endPoint);
        try
        {
            if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            var cause = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse when endPoint is UnixDomainSocketEndPoint => "the file is there already, and it is not ours to remove",
                SocketError.AddressAlreadyInUse => "the address is in use: another program listens there. Choose another port, or 0 for a free one",
                SocketError.AccessDenied when endPoint is IPEndPoint => "permission is denied: ports below 1024 are for privileged users",
                SocketError.AddressNotAvailable => "this machine has no such address",
                _ => e.Message,
            };
            throw new IOException($"Cannot listen on {endPoint}: {cause}.", e);
        }
    }

    /// <summary>A socket of the address's family that streams.</summary>
    internal static Socket Create(EndPoint endPoint) =>
        new(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
}
