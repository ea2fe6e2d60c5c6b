using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Sockets;

/// <summary>TCP over <see cref="Socket"/>, on every platform.</summary>
public sealed class SocketTransportFactory : ITransportFactory
{
    private SocketTransportFactory()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static SocketTransportFactory Instance { get; } = new();

    /// <inheritdoc/>
    public ITransportListener Listen(EndPoint endPoint, int backlog)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            socket.Listen(backlog);
            return new SocketListener(socket);
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

    /// <inheritdoc/>
    public async ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new SocketTransport(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot connect to {endPoint}: {e.Message}.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
