using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Sockets;

/// <summary>
/// TCP over <see cref="Socket"/>, on every platform: what clients take, and servers where there is no better transport. Its receivers are
/// called on the thread pool.
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
    public async ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);

        // A name may stand for addresses of both families. An IPv4 address that is known is not to be told as one of IPv6.
        var socket = endPoint is IPEndPoint
            ? new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
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
