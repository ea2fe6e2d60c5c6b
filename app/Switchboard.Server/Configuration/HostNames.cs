using System.Net;

namespace Switchboard.Server.Configuration;

/// <summary>Under which names a server that listens for this machine only may be asked.</summary>
internal static class HostNames
{
    /// <summary>
    /// A page of another name that resolves to this machine (DNS rebinding) is not to reach a server meant for this machine only.
    /// </summary>
    /// <param name="urls">Where it listens, separated by semicolons.</param>
    /// <returns>The names, separated by semicolons; null if it listens for others too, who may know it by any name.</returns>
    /// <exception cref="FormatException">One of them is not a URL to listen on.</exception>
    internal static string? Allowed(string urls)
    {
        var hosts = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => BindingAddress.Parse(url).Host).ToArray();
        return hosts.All(IsLoopback) ? string.Join(';', hosts.Union(["localhost", "127.0.0.1", "[::1]"], StringComparer.OrdinalIgnoreCase)) : null;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
