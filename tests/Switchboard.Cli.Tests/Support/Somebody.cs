using System.Collections.Concurrent;

namespace Switchboard.Cli.Tests.Support;

/// <summary>A server to talk to, in the tests' own process: it remembers its clients and what they say, and does as it is told.</summary>
internal sealed class Somebody : IAsyncDisposable
{
    private readonly WebSocketServer _server;
    private readonly string _scheme;

    private Somebody(Action<ServerWebSocket> onConnection, WebSocketServerOptions options)
    {
        _scheme = options.Tls is null ? "ws" : "wss";
        _server = new WebSocketServer(options with { Host = "127.0.0.1" });
        _server.OnConnection += (socket, request) =>
        {
            Requests.Enqueue(request);
            Clients.Enqueue(socket);
            socket.OnMessage += message => Heard.Enqueue(message.Text);
            socket.OnClose += (code, reason) => Closes.Enqueue(((int)code, reason));
            onConnection(socket);
        };
        _server.Start();
    }

    internal string Url => $"{_scheme}://127.0.0.1:{_server.Port}/";

    internal ConcurrentQueue<WebSocketRequest> Requests { get; } = new();

    internal ConcurrentQueue<ServerWebSocket> Clients { get; } = new();

    internal ConcurrentQueue<string> Heard { get; } = new();

    internal ConcurrentQueue<(int Code, string Reason)> Closes { get; } = new();

    /// <summary>One that sends each message back.</summary>
    internal static Somebody WhoEchoes(WebSocketServerOptions? options = null) =>
        Who(socket => socket.OnMessage += message => socket.Send(message), options);

    internal static Somebody Who(Action<ServerWebSocket> onConnection, WebSocketServerOptions? options = null) =>
        new(onConnection, options ?? new WebSocketServerOptions());

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
