using System.Net;

namespace Switchboard.Transports;

/// <summary>A kind of transport: where servers listen and clients connect.</summary>
public interface ITransportFactory
{
    /// <summary>Takes the address, so that a failure is known at once; connections come after <see cref="ITransportListener.Start"/>.</summary>
    /// <param name="endPoint">
    /// Where to listen. Port 0 lets the system choose one. A <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>'s file is removed when the
    /// listener is disposed; one that a process has left behind that ended in some other way is replaced.
    /// </param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <exception cref="IOException">The address is in use, or is not ours.</exception>
    ITransportListener Listen(EndPoint endPoint, int backlog);

    /// <summary>
    /// Connects. Of a name's addresses the first that answers is taken, and IPv6 and IPv4 have their turns (RFC 8305): one that leads nowhere
    /// delays the others by 250 ms.
    /// </summary>
    /// <exception cref="NameResolutionException">The name has no address.</exception>
    /// <exception cref="IOException">Nobody listens there, or the way is barred.</exception>
    ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken);
}

/// <summary>An address where connections arrive. Disposing it ends the listening, not the connections.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>The address, with the port that was chosen.</summary>
    EndPoint LocalEndPoint { get; }

    /// <summary>Begins to accept. Called once.</summary>
    /// <param name="onAccepted">Gets each connection, not started yet, on the listener's own thread: be brief.</param>
    void Start(Action<ITransport> onAccepted);
}
