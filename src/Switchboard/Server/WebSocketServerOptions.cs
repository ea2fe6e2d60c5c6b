using Microsoft.Extensions.Logging;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>Where a server listens. What it accepts there is in <see cref="ServerWebSocketOptions"/>, its base.</summary>
public sealed record WebSocketServerOptions : ServerWebSocketOptions
{
    /// <summary>
    /// The address to listen on: an IP address, a name, <c>localhost</c> for both loopback addresses, or <c>*</c> for all
    /// addresses of the machine; or <c>unix:/path</c> for a Unix domain socket, whose file is removed at the end, and replaced if a process that
    /// was killed has left it. Default <c>localhost</c>: nobody else reaches the server.
    /// </summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port, 0 to 65535. Default 0: the system chooses a free one, see <see cref="WebSocketServer.Port"/>. A Unix domain socket has none.</summary>
    public int Port { get; init; }

    /// <summary>The path that is served, such as <c>/chat</c>; every other gets 404. Default null: every path is.</summary>
    public string? Path { get; init; }

    /// <summary>How TLS is spoken (wss://). Default null: it is not (ws://). Everything else stays as it is, the transport included.</summary>
    public ServerTlsOptions? Tls { get; init; }

    /// <summary>
    /// The proxies in front of this server, and how they tell for whom they ask. Default null: nobody is believed, and the peer is the client. Under
    /// ASP.NET Core its own middleware does this (UseForwardedHeaders).
    /// </summary>
    public ProxyOptions? Proxies { get; init; }

    /// <summary>How many connections may wait to be accepted. Default 512; the system may allow less.</summary>
    public int ListenBacklog { get; init; } = 512;

    /// <summary>How long a client may take from TCP's accept to the end of the opening handshake, those of TLS and of the PROXY protocol included. Default 10 s; zero for no limit.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The kind of transport. Default null: the best one for this machine, which is <c>EpollTransportFactory.Shared</c> on Linux on x64 and
    /// arm64, and <c>SocketTransportFactory.Instance</c> everywhere else. Set either of them to force it, or an
    /// <c>EpollTransportFactory</c> of your own, whose <c>EpollOptions</c> say how many loops it has.
    /// </summary>
    public ITransportFactory? Transport { get; init; }

    /// <summary>Where the log goes. Default null: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    internal override void Validate()
    {
        base.Validate();
        Tls?.Validate();
        Proxies?.Validate();
    }
}
