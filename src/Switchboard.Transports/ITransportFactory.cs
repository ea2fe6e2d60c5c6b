using System.Net;

namespace Switchboard.Transports;

/// <summary>A kind of transport: where servers listen and clients connect.</summary>
public interface ITransportFactory
{
    /// <summary>Takes the address, so that a failure is known at once; connections come after <see cref="ITransportListener.Start"/>.</summary>
    /// <param name="endPoint">Where to listen. Port 0 lets the system choose one.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <exception cref="IOException">The address is in use, or is not ours.</exception>
    ITransportListener Listen(EndPoint endPoint, int backlog);

    /// <summary>Connects.</summary>
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
