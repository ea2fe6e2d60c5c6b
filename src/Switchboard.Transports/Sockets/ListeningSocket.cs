using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Sockets;

/// <summary>Takes an address to listen on, or says why not.</summary>
internal static class ListeningSocket
{
    /// <exception cref="IOException">The address is in use, or is not ours.</exception>
    internal static Socket Open(EndPoint endPoint, int backlog)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
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
                SocketError.AddressAlreadyInUse => "the address is in use: another program listens there. Choose another port, or 0 for a free one",
                SocketError.AccessDenied => "permission is denied: ports below 1024 are for privileged users",
                SocketError.AddressNotAvailable => "this machine has no such address",
                _ => e.Message,
            };
            throw new IOException($"Cannot listen on {endPoint}: {cause}.", e);
        }
    }
}
