using System.Net;
using System.Net.Sockets;
using Switchboard.Transports;

namespace Switchboard.Server;

/// <summary>Turns a host and a port into listeners, or the path of a Unix domain socket into one.</summary>
internal static class ListenAddress
{
    private const string UnixPrefix = "unix:";

    // A free port of the first address may be taken on the second: then another is tried.
    private const int MaxAttempts = 10;

    /// <summary>Whether it is a Unix domain socket's.</summary>
    internal static bool IsFile(string host) => host.StartsWith(UnixPrefix, StringComparison.Ordinal);

    /// <exception cref="IOException">The host is not known, or one of its addresses cannot be listened on.</exception>
    internal static List<ITransportListener> Listen(ITransportFactory transport, string host, int port, int backlog)
    {
        if (IsFile(host))
        {
            return [transport.Listen(FileAt(host[UnixPrefix.Length..]), backlog)];
        }

        for (var attempt = 1; ; attempt++)
        {
            var listeners = new List<ITransportListener>();
            try
            {
                ListenOnAll(transport, Resolve(host), port, backlog, listeners);
                return listeners;
            }
            catch (IOException e)
            {
                foreach (var listener in listeners)
                {
                    // It accepts nobody yet, so there is nothing to wait for.
                    _ = listener.DisposeAsync().AsTask();
                }

                if (port != 0 || !IsInUse(e) || attempt == MaxAttempts)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>The address as a log shows it: a URL, or the file.</summary>
    internal static string ToText(EndPoint endPoint, bool isSecure, string path) =>
        endPoint is UnixDomainSocketEndPoint ? $"{UnixPrefix}{endPoint}" : $"{(isSecure ? "wss" : "ws")}://{endPoint}{path}";

    private static void ListenOnAll(
        ITransportFactory transport, IPAddress[] addresses, int port, int backlog, List<ITransportListener> listeners)
    {
        foreach (var address in addresses)
        {
            try
            {
                var listener = transport.Listen(new IPEndPoint(address, port), backlog);
                listeners.Add(listener);

                // The second address of localhost gets the port that the system chose for the first.
                port = ((IPEndPoint)listener.LocalEndPoint).Port;
            }
            catch (IOException e) when (listeners.Count > 0 && !IsInUse(e))
            {
                // Half of localhost is enough where there is no IPv6; but not where the other half is another program's.
            }
        }
    }

    private static UnixDomainSocketEndPoint FileAt(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (Exception e) when (e is ArgumentException or PlatformNotSupportedException)
        {
            throw new IOException($"Cannot listen on '{UnixPrefix}{path}': {e.Message}", e);
        }
    }

    private static bool IsInUse(IOException fault) => fault.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };

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
            return [Dns.GetHostAddresses(host).First()];
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            throw new IOException($"Cannot listen on '{host}': it is neither an IP address nor a name that is known here.", e);
        }
    }
}
