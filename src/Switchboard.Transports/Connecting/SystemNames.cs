using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Connecting;

/// <summary>The system's resolver, and the one name that it is not asked for.</summary>
internal static class SystemNames
{
    private static readonly IPAddress[] Loopbacks = [IPAddress.IPv6Loopback, IPAddress.Loopback];

    internal static async Task<IPAddress[]> ResolveAsync(DnsEndPoint name, CancellationToken cancellationToken)
    {
        if (IsLocalhost(name.Host))
        {
            return [.. Loopbacks.Where(address => IsWanted(address.AddressFamily, name.AddressFamily))];
        }

        return await Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, cancellationToken).ConfigureAwait(false);
    }

    // RFC 6761 §6.3: such names are this machine, whatever a name server says.
    private static bool IsLocalhost(string host)
    {
        var name = host.AsSpan().TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsWanted(AddressFamily family, AddressFamily wanted) => wanted == AddressFamily.Unspecified
        ? family == AddressFamily.InterNetwork || Socket.OSSupportsIPv6
        : family == wanted;
}
