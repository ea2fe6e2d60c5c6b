using System.Net;

namespace Switchboard.Client;

/// <summary>A WebSocket URL, parsed as WHATWG WebSockets wants it: http becomes ws, and a fragment is an error.</summary>
internal sealed class ServerUrl
{
    private readonly Uri _uri;

    /// <exception cref="FormatException">It is not an absolute URL with a scheme that a WebSocket can have.</exception>
    internal ServerUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            throw new FormatException($"'{url}' is not an absolute URL: write it as ws://host:port/path.");
        }

        IsSecure = uri.Scheme switch
        {
            "ws" or "http" => false,
            "wss" or "https" => true,
            _ => throw new FormatException($"A WebSocket URL begins with ws: or wss:, not with {uri.Scheme}:."),
        };

        if (url.Contains('#', StringComparison.Ordinal))
        {
            throw new FormatException("A WebSocket URL has no fragment: remove the # and what follows it, or write it as %23.");
        }

        var isDefaultPort = uri.Port == (IsSecure ? 443 : 80) || uri.Port < 0;
        _uri = new UriBuilder(uri)
        {
            Scheme = IsSecure ? "wss" : "ws",
            Port = isDefaultPort ? -1 : uri.Port,
        }.Uri;
    }

    internal bool IsSecure { get; }

    /// <summary>What the request line asks for: path and query.</summary>
    internal string Target => _uri.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);

    /// <summary>The Host header: with the port, unless it is the scheme's own.</summary>
    internal string Host => _uri.IsDefaultPort ? Bracketed : $"{Bracketed}:{_uri.Port}";

    /// <summary>A name in its ASCII form, or an address.</summary>
    internal string HostName => _uri.IdnHost;

    internal EndPoint EndPoint =>
        IPAddress.TryParse(_uri.IdnHost, out var address) ? new IPEndPoint(address, Port) : new DnsEndPoint(_uri.IdnHost, Port);

    private int Port => _uri.Port > 0 ? _uri.Port : IsSecure ? 443 : 80;

    private string Bracketed => _uri.HostNameType == UriHostNameType.IPv6 ? $"[{_uri.IdnHost}]" : _uri.IdnHost;

    public override string ToString() => _uri.GetComponents(UriComponents.AbsoluteUri, UriFormat.UriEscaped);
}
