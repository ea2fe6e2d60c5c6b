using System.Net;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Proxies;

namespace Switchboard.Server;

/// <summary>What a server believes of proxies.</summary>
/// <param name="options">Whom, and of what.</param>
/// <param name="isFile">Whether clients come through a Unix domain socket.</param>
internal sealed class ProxyTrust(ProxyOptions options, bool isFile)
{
    private readonly TrustedProxies _trusted = new([.. options.Trusted]);

    /// <summary>Whether connections begin with a header of the PROXY protocol.</summary>
    internal bool WantsHeader => options.ProxyProtocol;

    internal bool Trusts(EndPoint? peer) => peer is IPEndPoint { Address: var address } ? _trusted.Trusts(address) : isFile;

    /// <param name="peer">Who is trusted, and has sent them.</param>
    /// <param name="headers">A request's.</param>
    /// <param name="client">What they tell of the client; null if they are not looked at.</param>
    /// <returns>False if they cannot be read: then the client has written what its proxy did not look at, and may not hide behind it.</returns>
    internal bool TryFindClient(EndPoint? peer, HeaderList headers, out ForwardedHop? client)
    {
        client = null;
        if (options.ForwardedFields == ForwardedFields.None)
        {
            return true;
        }

        var hops = options.ForwardedFields == ForwardedFields.Forwarded
            ? ForwardedReader.Parse(headers.Find("Forwarded") ?? "")
            : ForwardedReader.Parse(
                Find(headers, ForwardedFields.XForwardedFor, "X-Forwarded-For"),
                Find(headers, ForwardedFields.XForwardedProto, "X-Forwarded-Proto"),
                Find(headers, ForwardedFields.XForwardedHost, "X-Forwarded-Host"));
        if (hops is null)
        {
            return false;
        }

        client = _trusted.ClientOf(peer as IPEndPoint, hops);
        return true;
    }

    private string? Find(HeaderList headers, ForwardedFields field, string name) => options.ForwardedFields.HasFlag(field) ? headers.Find(name) : null;
}
