using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Switchboard.Wpt.Server;

/// <summary>A server that is bytes and no more.</summary>
internal sealed class RawServer(bool isSecure) : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<RawConnection, Task> _connections = new();

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }
    }

    internal void Start()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var connection = new RawConnection(await _listener.AcceptSocketAsync(), isSecure);
                _connections[connection] = ServeAsync(connection);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // Stopped.
            }
        }
    }

    private async Task ServeAsync(RawConnection connection)
    {
        try
        {
            await connection.ReadHeadAsync();
            await RawHandlers.ServeAsync(connection);
            await connection.EndAsync();
        }
        catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException)
        {
            // The client has gone, as it may.
        }
        finally
        {
            connection.Dispose();
            _connections.TryRemove(connection, out _);
        }
    }
}
