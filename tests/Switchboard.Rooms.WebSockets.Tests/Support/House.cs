using System.Collections.Concurrent;
using Switchboard.Transports;
using Switchboard.Transports.Memory;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>A server with rooms, on a network in memory unless the test wants another: /lobby?as=ada&amp;last=50&amp;echo=0.</summary>
internal sealed class House : IAsyncDisposable
{
    private readonly ITransportFactory _transport;
    private readonly WebSocketServer _server;
    private readonly ConcurrentDictionary<string, ServerWebSocket> _sockets = new();

    public House(RoomOptions? options = null, long maxBacklogBytes = 1024 * 1024, ITransportFactory? transport = null)
    {
        _transport = transport ?? Network;
        Rooms = new RoomSockets(options);
        _server = new WebSocketServer(new WebSocketServerOptions
        {
            Host = "127.0.0.1",
            Port = 0,
            Transport = _transport,
            MaxBacklogBytes = maxBacklogBytes,
            CloseTimeout = TimeSpan.FromSeconds(1),
        });
        _server.OnConnection += (socket, request) =>
        {
            Assert.True(RoomName.TryParse(request.Path.AsSpan(1), out var room, out _));
            var query = request.Query;
            var name = query.GetValueOrDefault("as", "guest");
            _sockets[name] = socket;
            Rooms.Join(socket, room, name, int.Parse(query.GetValueOrDefault("last", "0"), null), query.GetValueOrDefault("echo") != "0");
        };
        _server.Start();
    }

    public MemoryNetwork Network { get; } = new();

    public RoomSockets Rooms { get; }

    /// <summary>A member's connection as the server sees it.</summary>
    public ServerWebSocket SocketOf(string name) => _sockets[name];

    public IReadOnlyList<string> NamesIn(string room) =>
        Rooms.Directory.TryGet(Name(room), out var found) ? [.. found.Members().Select(member => member.Name)] : [];

    public RoomMessage Publish(string room, string text, string? sender = null) =>
        Rooms.Directory.Publish(Name(room), System.Text.Encoding.UTF8.GetBytes(text), RoomMessageKind.Text, sender);

    /// <summary>Comes in, and is a member when this returns.</summary>
    public async Task<Guest> GuestAsync(string room, string name, string query = "")
    {
        var guest = Knock(room, name, query);
        await Patience.Until(() => guest.Socket.ReadyState != ReadyState.Connecting && NamesIn(room).Contains(name));
        return guest;
    }

    /// <summary>Begins to come in.</summary>
    public Guest Knock(string room, string name, string query = "") => new(new WebSocket(
        $"ws://127.0.0.1:{_server.Port}/{room}?as={name}{query}",
        new WebSocketClientOptions { Transport = _transport, CloseTimeout = TimeSpan.FromSeconds(1) }));

    public Task StopAsync() => _server.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync().AsTask().Soon();

    private static RoomName Name(string room) => RoomName.TryParse(room, out var name, out var problem) ? name : throw new ArgumentException(problem);
}
