using System.Net;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Proxies;
using Switchboard.Transports.Tls;

namespace Switchboard;

/// <summary>The HTTP request by which a client asks for a WebSocket. Immutable.</summary>
public sealed class WebSocketRequest
{
    private readonly HeaderList _headers;
    private IReadOnlyDictionary<string, string>? _query;

    internal WebSocketRequest(
        string target, HeaderList headers, IReadOnlyList<string> subprotocols, EndPoint? localEndPoint, EndPoint? remoteEndPoint)
    {
        Path = PathOf(target, out var query);
        QueryString = query;
        _headers = headers;
        Subprotocols = subprotocols;
        LocalEndPoint = localEndPoint;
        RemoteEndPoint = remoteEndPoint;
    }

    /// <summary>The path as it was sent, percent-encoding not undone; at least "/".</summary>
    public string Path { get; }

    /// <summary>The query as it was sent, with its question mark; "" if there is none.</summary>
    public string QueryString { get; }

    /// <summary>The query's parameters, decoded. Of several with the same name the first counts.</summary>
    public IReadOnlyDictionary<string, string> Query => _query ??= ParseQuery(QueryString);

    /// <summary>The header fields, in the order in which they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers.Fields;

    /// <summary>The subprotocols that the client offers, in its order of preference.</summary>
    public IReadOnlyList<string> Subprotocols { get; }

    /// <summary>The page that a browser connects from (RFC 6455 §10.2); null if there is no such header, as with most other clients.</summary>
    public string? Origin => _headers.Find("Origin");

    /// <summary>The host that the client meant, with its port if it is not the scheme's own; as a proxy that is trusted tells it, if one does.</summary>
    public string Host => Forwarded?.Host ?? _headers.Find("Host") ?? "";

    /// <summary>Our address.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>
    /// The client's address, as far as <see cref="WebSocketServerOptions.Proxies"/> have told it; otherwise that of who is connected to us, which may be
    /// a proxy. Its port is 0 if it was not told.
    /// </summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// Whether the client has connected to wss://: here, or at a proxy that is trusted and tells so. Under ASP.NET Core its own request tells.
    /// </summary>
    public bool IsSecure => Forwarded?.Proto is { } proto ? proto is "https" or "wss" : Tls is not null;

    /// <summary>What was agreed on by TLS; null if it does not end here.</summary>
    public TlsSession? Tls { get; internal init; }

    /// <summary>The certificate that the client has shown, and that was found good; null if it has shown none.</summary>
    public X509Certificate2? ClientCertificate => Tls?.PeerCertificate;

    /// <summary>What proxies that are trusted tell of the client; null if they tell nothing.</summary>
    internal ForwardedHop? Forwarded { get; init; }

    /// <summary>What a host such as ASP.NET Core knows of the request beyond this.</summary>
    internal object? HostContext { get; init; }

    /// <summary>The value of a header, several joined by commas; null if there is none. Case does not matter.</summary>
    public string? Header(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _headers.Find(name);
    }

    /// <summary>Takes a request's target apart.</summary>
    internal static string PathOf(string target, out string query)
    {
        var queryStart = target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? mark : target.Length;
        query = target[queryStart..];
        var path = target.AsSpan(0, queryStart);

        // RFC 9112 §3.2.2: a server must take the absolute form too.
        if (!path.StartsWith('/') && path.IndexOf("://") is >= 0 and var scheme)
        {
            var authority = path[(scheme + 3)..];
            path = authority.IndexOf('/') is >= 0 and var slash ? authority[slash..] : [];
        }

        return path.IsEmpty ? "/" : path.ToString();
    }

    private static Dictionary<string, string> ParseQuery(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var range in query.AsSpan().TrimStart('?').Split('&'))
        {
            var pair = query.AsSpan().TrimStart('?')[range];
            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            if (name.Length > 0)
            {
                parameters.TryAdd(name, equals < 0 ? "" : Decode(pair[(equals + 1)..]));
            }
        }

        return parameters;
    }

    private static string Decode(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
}
