using System.Net;

namespace Switchboard.Protocol.Proxies;

/// <summary>Whom to believe when they say for whom they ask: proxies of these networks, and nobody else.</summary>
internal sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>
    /// The client: the last on the way whom no trusted proxy speaks for. Walked from our end, for beyond the first who is not trusted anybody may have
    /// written anything.
    /// </summary>
    /// <param name="peer">Who is connected to us. Null if that is known not by an address, but by another way, and trusted.</param>
    /// <param name="hops">What is told of the way, the farthest first.</param>
    /// <returns>Its address, and the scheme and host by which it has asked, as far as a trusted proxy has told.</returns>
    internal ForwardedHop ClientOf(IPEndPoint? peer, IReadOnlyList<ForwardedHop> hops)
    {
        var client = new ForwardedHop(peer, null, null);
        var address = peer;
        for (var i = hops.Count - 1; i >= 0 && (address is null || Trusts(address.Address)); i--)
        {
            var hop = hops[i];
            client = new ForwardedHop(hop.For ?? address, hop.Proto ?? client.Proto, hop.Host ?? client.Host);
            if (hop.For is null)
            {
                // A trusted one does not know it, or hides it: what stands before is of somebody whom we do not know.
                break;
            }

            address = hop.For;
        }

        return client;
    }

    internal bool Trusts(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }
}
