using System.Net;
using Microsoft.Extensions.Logging;
using Switchboard.Protocol.Handshake;
using Switchboard.Transports;

namespace Switchboard;

/// <summary>What a client may be told beyond its URL.</summary>
public sealed record WebSocketClientOptions
{
    /// <summary>The subprotocols to offer, the preferred one first. The server must choose one of them. Default none.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Further headers of the opening request. Default none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What a relative URL is relative to: a URL that begins with ws:, wss:, http: or https:. Default null: URLs are absolute.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>
    /// Cookies: those for the URL go with the opening request (those of https with wss), and what the server's answer sets is kept. Default
    /// null: none. It may be shared with an <see cref="HttpClientHandler"/>.
    /// </summary>
    public CookieContainer? Cookies { get; init; }

    /// <summary>
    /// Who knows the proxies: one that begins with http: is asked for a tunnel (CONNECT). Default the system's, which is never asked for this
    /// machine's own servers; null for none.
    /// </summary>
    public IWebProxy? Proxy { get; init; } = HttpClient.DefaultProxy;

    /// <summary>
    /// Where to connect instead of to the URL's host and port, which the server is told all the same: a <c>UnixDomainSocketEndPoint</c>, or
    /// an address. No proxy is asked then. Default null.
    /// </summary>
    public EndPoint? ConnectTo { get; init; }

    /// <summary>Whether ports may be connected to that browsers block because another protocol is at home there, such as 25. Default false.</summary>
    public bool AllowBlockedPorts { get; init; }

    /// <summary>How long connecting and the opening handshake may take together. Default 10 s; zero for no limit.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may take to answer our close frame, and to end the connection after. Default 5 s; zero waits for nothing.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long a silence a ping is sent. Default 25 s; zero for never.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the server may stay silent after a ping before the connection is cut. Default 20 s.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The largest message that is accepted, in payload bytes. Default 16 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Of how many frames a message may consist. Default 65,536.</summary>
    public int MaxFragments { get; init; } = 64 * 1024;

    /// <summary>What is offered about compression. Default <see cref="CompressionOptions.Default"/>; null for nothing.</summary>
    public CompressionOptions? Compression { get; init; } = CompressionOptions.Default;

    /// <summary>How much memory connections may pin together. Default <see cref="MemoryBudget.Process"/>.</summary>
    public MemoryBudget Memory { get; init; } = MemoryBudget.Process;

    /// <summary>How many bytes may wait for a server that reads too slowly; more end the connection. Default 16 MiB.</summary>
    public long MaxBacklogBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How TLS is spoken with wss:// URLs. Default <see cref="ClientTlsOptions.Default"/>: servers that the system trusts.</summary>
    public ClientTlsOptions Tls { get; init; } = ClientTlsOptions.Default;

    /// <summary>
    /// The kind of transport. Default null: TCP, <c>SocketTransportFactory.Instance</c> on every system, whose handlers run on the thread
    /// pool. On Linux <c>EpollTransportFactory.Shared</c> may be faster for many clients; there handlers must not block.
    /// </summary>
    public ITransportFactory? Transport { get; init; }

    /// <summary>The clock of all deadlines and pings. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes. Default null: nowhere.</summary>
    public ILogger? Logger { get; init; }

    /// <exception cref="ArgumentException">An option is not what it has to be.</exception>
    /// <exception cref="SyntaxErrorException">A subprotocol is not a token, or is offered twice.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFragments, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBacklogBytes);
        foreach (var header in Headers)
        {
            if (HeadWriter.FindProblem(header.Key, header.Value) is { } fault)
            {
                throw new ArgumentException(fault, nameof(Headers));
            }
        }

        ArgumentNullException.ThrowIfNull(Memory);
        ArgumentNullException.ThrowIfNull(Tls);
        Tls.Validate();
        Compression?.Validate();
        if (SubprotocolChoice.FindInvalidOffer(Protocols) is { } problem)
        {
            throw new SyntaxErrorException(problem);
        }
    }
}
