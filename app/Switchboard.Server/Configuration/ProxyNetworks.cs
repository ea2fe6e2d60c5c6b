using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Switchboard.Server.Configuration;

/// <summary>The proxies in front of the server, which are believed when they say for whom they ask.</summary>
internal static class ProxyNetworks
{
    /// <param name="list">Networks and addresses, separated by commas, such as <c>10.0.0.0/8,127.0.0.1</c>.</param>
    /// <exception cref="ArgumentException">One of them is neither.</exception>
    internal static IReadOnlyList<IPNetwork> Parse(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne)];

    /// <summary>Has requests of these networks carry the address, scheme and host that X-Forwarded-* tell. Nobody else's are touched.</summary>
    internal static void UseTrustedProxies(this IApplicationBuilder app, IReadOnlyList<IPNetwork> networks)
    {
        if (networks.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,

            // As many as are trusted stand behind each other.
            ForwardLimit = null,
        };

        // Loopback is there by itself, and others may be on this machine.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }

    private static IPNetwork ParseOne(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new ArgumentException($"A proxy that is trusted is a network or an address, such as 10.0.0.0/8 or 127.0.0.1, not '{text}'.");
    }
}
