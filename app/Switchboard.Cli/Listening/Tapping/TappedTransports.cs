using System.Net;
using Switchboard.Transports;

namespace Switchboard.Cli.Listening.Tapping;

/// <summary>Another kind of transport, with a tap at each connection that it accepts.</summary>
/// <param name="inner">The transport.</param>
/// <param name="tap">Makes the tap of a connection.</param>
internal sealed class TappedTransports(ITransportFactory inner, Func<ITransport, IWireTap> tap) : ITransportFactory
{
    public ITransportListener Listen(EndPoint endPoint, int backlog) => new Listener(inner.Listen(endPoint, backlog), tap);

    /// <exception cref="NotSupportedException">Always: it is a server that is listened to.</exception>
    public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Listener(ITransportListener inner, Func<ITransport, IWireTap> tap) : ITransportListener
    {
        public EndPoint LocalEndPoint => inner.LocalEndPoint;

        public void Start(Action<ITransport> onAccepted) =>
            inner.Start(transport => onAccepted(new TappedTransport(transport, tap(transport))));

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
