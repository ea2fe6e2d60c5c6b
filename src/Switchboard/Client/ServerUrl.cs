using System.Net;
using Switchboard.Client.Urls;

namespace Switchboard.Client;

/// <summary>
/// A WebSocket's URL (WHATWG WebSockets §3.1): parsed as a browser does, http taken for ws and https for wss, and without a fragment.
/// </summary>
internal sealed class ServerUrl
{
    private readonly UrlRecord _url;

    /// <param name="url">Absolute, unless there is a base.</param>
    /// <param name="baseUrl">What a relative URL is relative to: a URL that begins with ws:, wss:, http: or https:.</param>
    /// <exception cref="SyntaxErrorException">One of them is not valid, has another scheme, or the URL has a fragment.</exception>
    internal ServerUrl(string url, string? baseUrl = null)
    {
        _url = UrlParser.Parse(url, baseUrl is null ? null : UrlParser.Parse(baseUrl, null));
        if (_url.HasFragment)
        {
            throw new SyntaxErrorException("A WebSocket URL has no fragment: remove the # and what follows it, or write it as %23.");
        }

        IsSecure = _url.Scheme is "wss" or "https";
        _url = _url with { Scheme = IsSecure ? "wss" : "ws" };
    }

    internal bool IsSecure { get; }

    /// <summary>The URL serialized, as a browser's <c>url</c> attribute has it.</summary>
    internal string Href => _url.ToString();

    /// <summary>What the request line asks for: path and query.</summary>
    internal string Target => _url.PathAndQuery;

    /// <summary>The Host header: with the port, unless it is the scheme's own.</summary>
    internal string Host => _url.Authority;

    /// <summary>A name in lower case and ASCII, or an address, an IPv6 one in brackets.</summary>
    internal string HostName => _url.Host.Text;

    /// <summary>The one that is given, or the scheme's own.</summary>
    internal int Port => _url.Port ?? UrlRecord.DefaultPort(_url.Scheme)!.Value;

    internal EndPoint EndPoint => _url.Host.Address is { } address ? new IPEndPoint(address, Port) : new DnsEndPoint(HostName, Port);

    /// <summary>Decoded; empty for none.</summary>
    internal string Username => PercentEncoding.Decode(_url.Username);

    /// <summary>Decoded; empty for none.</summary>
    internal string Password => PercentEncoding.Decode(_url.Password);

    /// <summary>
    /// The URL with http for ws, and without credentials, as cookies and proxies are looked up by it; null if <see cref="Uri"/> does not
    /// take its host for one.
    /// </summary>
    internal Uri? HttpUri =>
        Uri.TryCreate($"{(IsSecure ? "https" : "http")}://{Host}{Target}", UriKind.Absolute, out var uri) ? uri : null;

    /// <summary>Whether the server is this machine: such a URL is never asked of a proxy unless one was chosen for it.</summary>
    internal bool IsLoopback => _url.Host.Address is { } address
        ? IPAddress.IsLoopback(address)
        : HostName.TrimEnd('.') is "localhost" || HostName.TrimEnd('.').EndsWith(".localhost", StringComparison.Ordinal);

    public override string ToString() => Href;
}
