using System.Net;
using System.Threading.Channels;

namespace Switchboard.Interop.Proxies;

/// <summary>Our server behind a proxy of the system's. It echoes.</summary>
internal sealed class Behind : IAsyncDisposable
{
    private readonly WebSocketServer _server;
    private readonly Channel<(ServerWebSocket Socket, WebSocketRequest Request)> _opened = Channel.CreateUnbounded<(ServerWebSocket, WebSocketRequest)>();
    private ProxyProcess? _proxy;

    private Behind(Route route, TimeSpan pingInterval)
    {
        _server = new WebSocketServer(new WebSocketServerOptions
        {
            Host = "127.0.0.1",
            PingInterval = pingInterval,
            Tls = Configurations.PassesTls(route)
                ? new ServerTlsOptions { Certificates = [ServerCertificate.From(TestCertificates.Localhost, [TestCertificates.Intermediate])] }
                : null,
            Proxies = new ProxyOptions
            {
                Trusted = [new IPNetwork(IPAddress.Parse(Configurations.ProxyAddress), 32)],
                ProxyProtocol = !Configurations.IsHttp(route),
                ForwardedFields = Configurations.IsHttp(route) ? ForwardedFields.XForwarded : ForwardedFields.None,
            },
        });
        _server.OnConnection += (socket, request) =>
        {
            socket.OnMessage += message => socket.Send(message);
            _opened.Writer.TryWrite((socket, request));
        };
        _server.Start();
    }

    public string Url => $"wss://localhost:{_proxy!.Port}/chat?room=1";

    public static async Task<Behind> StartAsync(Route route, TimeSpan? pingInterval = null, int idleSeconds = 60)
    {
        var behind = new Behind(route, pingInterval ?? TimeSpan.FromSeconds(25));
        try
        {
            behind._proxy = await ProxyProcess.StartAsync(route, behind._server.Port, idleSeconds);
            return behind;
        }
        catch
        {
            await behind.DisposeAsync();
            throw;
        }
    }

    /// <summary>Our client, which trusts the tests' authority, and no other.</summary>
    public WebSocket Call(params KeyValuePair<string, string>[] headers) => new(Url, new WebSocketClientOptions
    {
        Tls = new ClientTlsOptions { Roots = TestCertificates.Roots },
        Headers = headers.ToDictionary(),
        PingInterval = TimeSpan.Zero,
    });

    /// <summary>Calls, and is let in.</summary>
    public async Task<(WebSocket Client, ServerWebSocket Socket, WebSocketRequest Request)> OpenAsync(params KeyValuePair<string, string>[] headers)
    {
        var client = Call(headers);
        await Patience.Until(() => client.ReadyState != ReadyState.Connecting);
        Assert.True(client.ReadyState == ReadyState.Open, client.Failure?.Message);
        var (socket, request) = await _opened.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
        return (client, socket, request);
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await _server.DisposeAsync();
    }
}
