using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Switchboard.Wpt.Server;

[assembly: AssemblyFixture(typeof(Switchboard.Wpt.WptServer))]

namespace Switchboard.Wpt;

/// <summary>
/// What the tests connect to, over TCP: our own server where a handler keeps the rules, and bytes where it does not. It is one for all
/// tests, as the suite's is.
/// </summary>
public sealed class WptServer : IAsyncLifetime
{
    private const int LargestMessage = 32 * 1024 * 1024;

    private static WptServer? _current;

    private readonly WebSocketServer _server = Create(CompressionOptions.Default);

    // For the handlers that want no extension.
    private readonly WebSocketServer _plainServer = Create(compression: null);
    private readonly TcpListener _rawServer = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<RawConnection, Task> _rawConnections = new();

    internal static WptServer Current => _current ?? throw new InvalidOperationException("The server was not started.");

    public ValueTask InitializeAsync()
    {
        _server.Start();
        _plainServer.Start();
        _rawServer.Start();
        _ = AcceptAsync();
        _current = this;
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        _rawServer.Stop();
        foreach (var connection in _rawConnections.Keys)
        {
            connection.Dispose();
        }

        await _server.DisposeAsync();
        await _plainServer.DisposeAsync();
    }

    internal string Url(string scheme, string target) => $"{scheme}://localhost:{PortOf(target.Split('?')[0])}{target}";

    private static WebSocketServer Create(CompressionOptions? compression)
    {
        var server = new WebSocketServer(new WebSocketServerOptions
        {
            OnHandshake = Handlers.DecideAsync,
            Origins = OriginPolicy.Any,
            Compression = compression,
            MaxMessageBytes = LargestMessage,
            MaxBacklogBytes = LargestMessage,
        });
        server.OnConnection += Handlers.Serve;
        return server;
    }

    private int PortOf(string path) =>
        RawHandlers.Has(path) ? ((IPEndPoint)_rawServer.LocalEndpoint).Port
        : Handlers.IsPlain(path) ? _plainServer.Port
        : _server.Port;

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var connection = new RawConnection(await _rawServer.AcceptSocketAsync());
                _rawConnections[connection] = ServeAsync(connection);
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
        catch (IOException)
        {
            // The client has gone, as it may.
        }
        finally
        {
            connection.Dispose();
            _rawConnections.TryRemove(connection, out _);
        }
    }
}
