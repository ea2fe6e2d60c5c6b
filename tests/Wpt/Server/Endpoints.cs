namespace Switchboard.Wpt.Server;

/// <summary>The servers of one scheme, over TCP: our own for the handlers that keep the rules, and bytes for the others.</summary>
internal sealed class Endpoints(ServerTlsOptions? tls) : IAsyncDisposable
{
    private const int LargestMessage = 32 * 1024 * 1024;

    private readonly WebSocketServer _server = Create(tls, CompressionOptions.Default);

    // For the handlers that want no extension.
    private readonly WebSocketServer _plainServer = Create(tls, compression: null);
    private readonly RawServer _rawServer = new(isSecure: tls is not null);

    public async ValueTask DisposeAsync()
    {
        _rawServer.Dispose();
        await _server.DisposeAsync();
        await _plainServer.DisposeAsync();
    }

    internal void Start()
    {
        _server.Start();
        _plainServer.Start();
        _rawServer.Start();
    }

    internal int PortOf(string path) =>
        RawHandlers.Has(path) ? _rawServer.Port
        : Handlers.IsPlain(path) ? _plainServer.Port
        : _server.Port;

    private static WebSocketServer Create(ServerTlsOptions? tls, CompressionOptions? compression)
    {
        var server = new WebSocketServer(new WebSocketServerOptions
        {
            Tls = tls,
            OnHandshake = Handlers.DecideAsync,
            Origins = OriginPolicy.Any,
            Compression = compression,
            MaxMessageBytes = LargestMessage,
            MaxBacklogBytes = LargestMessage,
        });
        server.OnConnection += Handlers.Serve;
        return server;
    }
}
