using System.Collections.Concurrent;
using Switchboard.Transports.Memory;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>
/// A server with rooms, on a network in memory: /lobby?as=ada&amp;last=50&amp;echo=0, and / for no room. Rooms tell nobody who comes and goes, unless the
/// test wants that.
/// </summary>
internal sealed class House : IAsyncDisposable
{
    private readonly WebSocketServer _server;
    private readonly ConcurrentDictionary<string, ServerWebSocket> _sockets = new();

    public House(
        RoomOptions? rooms = null,
        RoomSocketOptions? options = null,
        Func<string, CancellationToken, ValueTask<TokenReading>>? reader = null,
        long maxBacklogBytes = 1024 * 1024,
        Func<string, RoomIdentity>? identities = null,
        BacklogPolicy backlogPolicy = BacklogPolicy.Close)
    {
        Rooms = new RoomSockets(rooms ?? new RoomOptions { Rules = Quiet() }, options, reader);
        _server = new WebSocketServer(new WebSocketServerOptions
        {
            Host = "127.0.0.1",
            Transport = Network,
            MaxMessageBytes = Rooms.MaxWireMessageBytes,
            MaxBacklogBytes = maxBacklogBytes,
            BacklogPolicy = backlogPolicy,
            CloseTimeout = TimeSpan.FromSeconds(1),
            Subprotocols = [RoomSockets.Subprotocol],
        });
        _server.OnConnectionAsync += async (socket, request) =>
        {
            var query = request.Query;
            var name = query.GetValueOrDefault("as", "guest");
            _sockets[name] = socket;
            var past = new JoinRequest
            {
                Last = query.TryGetValue("last", out var last) ? int.Parse(last, null) : null,
                Since = query.TryGetValue("since", out var since) ? long.Parse(since, null) : null,
                Epoch = query.TryGetValue("epoch", out var epoch) ? Guid.Parse(epoch) : null,
            };
            await Rooms.AcceptAsync(
                socket,
                identities?.Invoke(name) ?? RoomIdentity.Anonymous(name),
                request.Path == "/" ? null : Name(request.Path[1..]),
                past,
                query.GetValueOrDefault("echo") != "0");
        };
        _server.Start();
    }

    public MemoryNetwork Network { get; } = new();

    public RoomSockets Rooms { get; }

    public static RoomRules Quiet(RoomSettings? settings = null, params IEnumerable<KeyValuePair<RoomNameGlob, RoomSettings>> patterns) =>
        new((settings ?? new RoomSettings()) with { PresenceEvents = false }, patterns);

    public static KeyValuePair<RoomNameGlob, RoomSettings> Pattern(string glob, RoomSettings settings) =>
        RoomNameGlob.TryCreate(glob, out var pattern, out var problem) ? KeyValuePair.Create(pattern, settings) : throw new ArgumentException(problem);

    public static RoomName Name(string room) => RoomName.TryParse(room, out var name, out var problem) ? name : throw new ArgumentException(problem);

    /// <summary>A member's connection as the server sees it.</summary>
    public ServerWebSocket SocketOf(string name) => _sockets[name];

    public async Task<IReadOnlyList<string>> NamesInAsync(string room) =>
        [.. (await Rooms.Directory.MembersAsync(Name(room), 1000)).Members.Select(member => member.Name)];

    public async Task<long> PublishAsync(string room, string text, string? id = null, string? key = null, RoomMessageKind kind = RoomMessageKind.Text)
    {
        var entry = new LogEntry { Payload = System.Text.Encoding.UTF8.GetBytes(text), Kind = kind, Id = id, Key = key, At = DateTimeOffset.UnixEpoch };
        return (await Rooms.Directory.PublishAsync(Name(room), entry).Soon()).Sequence;
    }

    /// <summary>Comes in with the plain format, and is a member when this returns.</summary>
    public async Task<Guest> GuestAsync(string room, string name, string query = "")
    {
        var guest = Knock(room, name, query);
        await Patience.Until(async () => guest.Socket.ReadyState != ReadyState.Connecting && (await NamesInAsync(room)).Contains(name));
        return guest;
    }

    /// <summary>Comes in with the JSON format, and has heard that it has joined, or where there is no room that the connection is open.</summary>
    public async Task<JsonGuest> JsonGuestAsync(string room, string name, string query = "")
    {
        var guest = JsonKnock(room, name, query);
        if (room.Length > 0)
        {
            guest.Joined = await guest.NextAsync("joined");
        }
        else
        {
            await Patience.Until(() => guest.Socket.ReadyState != ReadyState.Connecting);
        }

        return guest;
    }

    /// <summary>Begins to come in.</summary>
    public Guest Knock(string room, string name, string query = "") => new(Open(room, name, query, []));

    /// <inheritdoc cref="Knock"/>
    public JsonGuest JsonKnock(string room, string name, string query = "") => new(Open(room, name, query, [RoomSockets.Subprotocol]));

    public Task StopAsync() => _server.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().AsTask().Soon();
        await Rooms.DisposeAsync().AsTask().Soon();
    }

    private WebSocket Open(string room, string name, string query, string[] protocols) => new(
        $"ws://127.0.0.1:{_server.Port}/{room}?as={name}{query}",
        new WebSocketClientOptions
        {
            Transport = Network,
            CloseTimeout = TimeSpan.FromSeconds(1),
            Protocols = protocols,
            Compression = null, // A kilobyte is to fill a kilobyte of the line.
        });
}
