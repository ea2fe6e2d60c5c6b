using System.Net;
using Switchboard.Transports;

namespace Switchboard.Client.Proxies;

/// <summary>The proxy that a URL is reached by.</summary>
/// <param name="Name">As it is shown: its URL, without credentials.</param>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="Credentials">What it is told of us; null for nothing.</param>
internal sealed record ProxyRoute(string Name, EndPoint EndPoint, NetworkCredential? Credentials)
{
    /// <summary>Chooses.</summary>
    /// <param name="url">Where to. The proxy is asked for its http or https equivalent.</param>
    /// <param name="proxy">Who knows the proxies; null for none. This machine's own servers are asked of it only if it is not the system's.</param>
    /// <returns>Null for the direct way.</returns>
    /// <exception cref="NotSupportedException">The proxy is of a kind that is not spoken here.</exception>
    internal static ProxyRoute? For(ServerUrl url, IWebProxy? proxy) => For(url, proxy, isTheSystems: ReferenceEquals(proxy, HttpClient.DefaultProxy));

    /// <inheritdoc cref="For(ServerUrl, IWebProxy?)"/>
    internal static ProxyRoute? For(ServerUrl url, IWebProxy? proxy, bool isTheSystems)
    {
        // As in a browser: what the system has for the network is not for this machine.
        if (proxy is null || (isTheSystems && url.IsLoopback) || url.HttpUri is not { } target || proxy.IsBypassed(target)
            || proxy.GetProxy(target) is not { } address || address == target)
        {
            return null;
        }

        if (address.Scheme != Uri.UriSchemeHttp)
        {
            throw new NotSupportedException(
                $"The proxy for {url.Host} is {NameOf(address)}, and {address.Scheme}: is not supported for proxies: give one that begins with http:.");
        }

        EndPoint endPoint = IPAddress.TryParse(address.IdnHost, out var ip) ? new IPEndPoint(ip, address.Port) : new DnsEndPoint(address.IdnHost, address.Port);
        return new ProxyRoute(NameOf(address), endPoint, CredentialsOf(proxy, address));
    }

    /// <summary>Connects to the proxy, and through it to the server.</summary>
    /// <returns>A transport to the server, not started.</returns>
    /// <exception cref="ProxyException">The proxy is not reached, or refuses.</exception>
    internal async Task<ITransport> ConnectAsync(ITransportFactory factory, ServerUrl url, CancellationToken cancellationToken)
    {
        ITransport transport;
        try
        {
            transport = await factory.ConnectAsync(EndPoint, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new ProxyException($"The proxy {Name} is not reached: {e.Message}", e);
        }

        return await ConnectTunnel.OpenAsync(transport, this, $"{url.HostName}:{url.Port}", cancellationToken).ConfigureAwait(false);
    }

    private static string NameOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    // Those that are set for it, and else those in its URL. A process that runs as somebody has no name and password to tell.
    private static NetworkCredential? CredentialsOf(IWebProxy proxy, Uri address)
    {
        if (proxy.Credentials?.GetCredential(address, "Basic") is { UserName.Length: > 0 } given)
        {
            return given;
        }

        return address.UserInfo.Split(':', 2) is [{ Length: > 0 } name, .. var rest]
            ? new NetworkCredential(Uri.UnescapeDataString(name), rest is [var password] ? Uri.UnescapeDataString(password) : "")
            : null;
    }
}
