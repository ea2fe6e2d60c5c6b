using System.Security.Cryptography.X509Certificates;
using Switchboard.Transports;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Memory;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tls;

namespace Switchboard.Tests.Tls;

/// <summary>A server that speaks TLS, by certificates of the tests' own authority, and clients that trust it.</summary>
internal sealed class Secure : IAsyncDisposable
{
    private readonly ITransportFactory _transport;

    private Secure(ITransportFactory transport, WebSocketServerOptions options)
    {
        _transport = transport;
        Server = new WebSocketServer(options with { Transport = transport, LoggerFactory = Log });
    }

    public static TheoryData<string> Transports => ["Memory", "Sockets", "Epoll"];

    internal static ServerTlsOptions Usual => With(TestCertificates.Localhost);

    internal static ClientTlsOptions Trusting { get; } = new() { Roots = TestCertificates.Roots };

    internal CapturedLog Log { get; } = new();

    internal WebSocketServer Server { get; }

    internal static ServerTlsOptions With(X509Certificate2 certificate) =>
        new() { Certificates = [ServerCertificate.From(certificate, [TestCertificates.Intermediate])] };

    internal static ITransportFactory FactoryOf(string transport) => transport switch
    {
        "Memory" => new MemoryNetwork(),
        "Sockets" => SocketTransportFactory.Instance,
        _ => Epoll(),
    };

    internal static Secure Start(string transport, Action<ServerWebSocket, WebSocketRequest> onConnection, WebSocketServerOptions? options = null) =>
        Start(FactoryOf(transport), onConnection, options);

    internal static Secure Start(ITransportFactory transport, Action<ServerWebSocket, WebSocketRequest> onConnection, WebSocketServerOptions? options = null)
    {
        options ??= new WebSocketServerOptions();
        var secure = new Secure(transport, options with { Tls = options.Tls ?? Usual });
        secure.Server.OnConnection += onConnection;
        secure.Server.Start();
        return secure;
    }

    internal static Secure StartEcho(string transport, WebSocketServerOptions? options = null) =>
        Start(transport, static (socket, _) => socket.OnMessage += message => socket.Send(message), options);

    /// <summary>Begins to connect, by the name of localhost if no other is given.</summary>
    internal WebSocket Connect(ClientTlsOptions? tls = null, string host = "localhost", WebSocketClientOptions? options = null) => new(
        $"wss://{host}:{Server.Port}/", (options ?? new WebSocketClientOptions()) with { Transport = _transport, Tls = tls ?? Trusting });

    /// <returns>The sentence that says why a connection is not made.</returns>
    internal async Task<(TlsFailure? Failure, string Reason)> RefusedAsync(ClientTlsOptions? tls = null, string host = "localhost")
    {
        var client = Connect(tls, host);
        await client.Closed.InTime();
        Assert.False(client.WasClean);
        return ((client.Failure?.Exception as TlsException)?.Failure, client.Failure?.Message ?? "");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static EpollTransportFactory Epoll()
    {
        Assert.SkipUnless(EpollTransportFactory.IsSupported, "Epoll is Linux's.");
        return EpollTransportFactory.IsSupported ? EpollTransportFactory.Shared : throw new PlatformNotSupportedException();
    }
}

/// <summary>A folder for files of a test.</summary>
internal sealed class Folder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("switchboard-tls-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
