using System.Net;
using System.Net.Sockets;
using Switchboard.Transports;

namespace Switchboard.Server;

/// <summary>Turns a host and a port into listeners.</summary>
internal static class ListenAddress
{
    /// <exception cref="IOException">The host is not known, or none of its addresses can be listened on.</exception>
    internal static List<ITransportListener> Listen(ITransportFactory transport, string host, int port, int backlog)
    {
        var listeners = new List<ITransportListener>();
        foreach (var address in Resolve(host))
        {
            try
            {
                var listener = transport.Listen(new IPEndPoint(address, port), backlog);
                listeners.Add(listener);

                // The second address of localhost gets the port that the system chose for the first.
                port = ((IPEndPoint)listener.LocalEndPoint).Port;
            }
            catch (Exception e) when (listeners.Count > 0 && e is IOException or SocketException)
            {
                // Half of localhost is enough: many machines and containers have no IPv6.
            }
        }

        return listeners;
    }

    private static IPAddress[] Resolve(string host)
    {
        if (host == "*")
        {
            return [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any];
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        try
        {
            return [Dns.GetHostAddresses(host)[0]];
        }
        catch (SocketException e)
        {
            throw new IOException($"Cannot listen on '{host}': it is neither an IP address nor a name that is known here.", e);
        }
    }
}
