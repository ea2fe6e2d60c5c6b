using System.Globalization;
using System.Net;

namespace Switchboard.Protocol.Proxies;

/// <summary>What one proxy has written of the request that it handed on.</summary>
/// <param name="For">Who has sent it there, with port 0 if none is told. Null if that is unknown or not told.</param>
/// <param name="Proto">By which scheme, in lower case; null if not told.</param>
/// <param name="Host">What it had in its Host header; null if not told.</param>
internal sealed record ForwardedHop(IPEndPoint? For, string? Proto, string? Host)
{
    /// <summary>
    /// RFC 7239 §6: an IPv4 address, or an IPv6 one in brackets, and a port. X-Forwarded-For has IPv6 addresses without brackets too.
    /// </summary>
    /// <returns>Null for what is no address, such as <c>unknown</c> or <c>_hidden</c>.</returns>
    internal static IPEndPoint? ParseNode(string node)
    {
        var (host, port) = Split(node);
        var isV6 = host.Contains(':', StringComparison.Ordinal);
        if (!IPAddress.TryParse(host, out var address) || host.Contains('%', StringComparison.Ordinal) || (!isV6 && address.ToString() != host))
        {
            return null;
        }

        // A port may be hidden where the address is not.
        var isPort = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return new IPEndPoint(address, isPort ? number : 0);
    }

    private static (string Host, string Port) Split(string node)
    {
        if (node.StartsWith('['))
        {
            var end = node.IndexOf(']', StringComparison.Ordinal);
            return end > 0 && (end == node.Length - 1 || node[end + 1] == ':') ? (node[1..end], node[Math.Min(end + 2, node.Length)..]) : ("", "");
        }

        var colon = node.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon == node.LastIndexOf(':') ? (node[..colon], node[(colon + 1)..]) : (node, "");
    }
}
