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
        var hosts = AddressesOf(urls).Select(static address => address.Host).ToArray();
        return hosts.All(IsLoopback) ? string.Join(';', hosts.Union(["localhost", "127.0.0.1", "[::1]"], StringComparer.OrdinalIgnoreCase)) : null;
    }

    /// <summary>Whether only this machine can reach it: by loopback, or by a socket that is a file, whose permissions say who.</summary>
    /// <param name="urls">Where it listens, separated by semicolons.</param>
    /// <exception cref="FormatException">One of them is not a URL to listen on.</exception>
    internal static bool AreOfThisMachine(string urls) => AddressesOf(urls).All(address => address.IsUnixPipe || IsLoopback(address.Host));

    /// <summary>Where it is to listen, separated by semicolons: Kestrel's own section wins over everything else, as it does with Kestrel.</summary>
    internal static string Listening(IConfiguration configuration, string usual)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToArray();
        return endpoints.Length > 0 ? string.Join(';', endpoints) : configuration["urls"] ?? usual;
    }

    private static IEnumerable<BindingAddress> AddressesOf(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BindingAddress.Parse);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
