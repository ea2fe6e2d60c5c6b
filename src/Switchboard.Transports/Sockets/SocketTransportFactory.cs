using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Connecting;

namespace Switchboard.Transports.Sockets;

/// <summary>
/// TCP and Unix domain sockets over <see cref="Socket"/>, on every platform: what clients take, and servers where there is no better transport.
/// Its receivers are called on the thread pool.
/// </summary>
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
        return new SocketListener(ListeningSocket.Open(endPoint, backlog));
    }

    /// <inheritdoc/>
    public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Connector.System.ConnectAsync(endPoint, ConnectToAddressAsync, cancellationToken);
    }

    private static async ValueTask<ITransport> ConnectToAddressAsync(EndPoint address, CancellationToken cancellationToken)
    {
        var socket = ListeningSocket.Create(address);
        try
        {
            if (address is IPEndPoint)
            {
                socket.NoDelay = true;
            }

            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new SocketTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
