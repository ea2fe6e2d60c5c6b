using System.Net;
using System.Net.Security;
using Switchboard.Transports;
using Switchboard.Transports.Tls;

namespace Switchboard.Cli.Listening.Tapping;

/// <summary>Another kind of transport, with a tap at each connection that it accepts.</summary>
/// <param name="inner">The transport.</param>
/// <param name="tap">Makes the tap of a connection.</param>
/// <param name="tls">How TLS is spoken below the tap, which sees what is inside. Default null: it is not.</param>
internal sealed class TappedTransports(
    ITransportFactory inner, Func<ITransport, IWireTap> tap, SslServerAuthenticationOptions? tls = null) : ITransportFactory
{
    public ITransportListener Listen(EndPoint endPoint, int backlog) => new Listener(inner.Listen(endPoint, backlog), Wrap);

    /// <exception cref="NotSupportedException">Always: it is a server that is listened to.</exception>
    public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) => throw new NotSupportedException();

    private TappedTransport Wrap(ITransport accepted) =>
        new(tls is null ? accepted : TlsTransports.Accept(accepted, _ => tls), tap(accepted));

    private sealed class Listener(ITransportListener inner, Func<ITransport, ITransport> wrap) : ITransportListener
    {
        public EndPoint LocalEndPoint => inner.LocalEndPoint;

        public void Start(Action<ITransport> onAccepted) => inner.Start(transport => onAccepted(wrap(transport)));

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
