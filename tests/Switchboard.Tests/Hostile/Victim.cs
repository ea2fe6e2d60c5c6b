using Switchboard.Tests.Support;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Hostile;

/// <summary>
/// A connection of ours over TCP, in either role, whose peer is hostile and played by the test; and another one beside it, which is to notice nothing.
/// </summary>
internal sealed class Victim : IAsyncDisposable
{
    private const int ProtocolBroken = 1001;
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n";
    private const string Agreed = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";

    private readonly WebSocketServer? _server;
    private readonly List<IAsyncDisposable> _owned = [];
    private (RawPeer Peer, WebSocketConnection Ours) _other;

    private Victim(string role, Limits limits)
    {
        IsServer = role == "server";
        Budget = new MemoryBudget { MaxPinnedBytes = limits.MaxPinnedBytes };
        MyLimits = limits;
        if (IsServer)
        {
            _server = new WebSocketServer(new WebSocketServerOptions
            {
                Host = "127.0.0.1",
                MaxMessageBytes = limits.MaxMessageBytes,
                MaxFragments = limits.MaxFragments,
                Memory = Budget,
                LoggerFactory = Log,
            });
            _server.OnConnection += (socket, _) => Listen(socket);
            _server.Start();
            _owned.Add(_server);
        }
    }

    internal bool IsServer { get; }

    internal RawPeer Peer { get; private set; } = null!;

    internal WebSocketConnection Ours { get; private set; } = null!;

    internal Ending Ending { get; private set; } = null!;

    internal MemoryBudget Budget { get; }

    internal CapturedLog Log { get; } = new();

    private Limits MyLimits { get; }

    internal static async Task<Victim> StartAsync(string role, Limits? limits = null)
    {
        var victim = new Victim(role, limits ?? new Limits());
        victim._other = await victim.OpenAsync();
        (victim.Peer, victim.Ours) = await victim.OpenAsync();
        victim.Ending = Ending.Of(victim.Ours);
        return victim;
    }

    /// <summary>A frame from the hostile peer, masked as its role wants it.</summary>
    internal byte[] FrameOf(int firstByte, byte[] payload) =>
        new Frame(firstByte & 0x0F, payload, (firstByte & 0x80) != 0, firstByte & 0x70).ToBytes(isMasked: IsServer);

    /// <summary>The header of a frame from the hostile peer: its first byte, and its length as it stands behind the masking bit.</summary>
    internal byte[] HeaderOf(byte firstByte, string length)
    {
        var bytes = Convert.FromHexString(length);
        return IsServer ? [firstByte, (byte)(bytes[0] | 0x80), .. bytes[1..], 1, 2, 3, 4] : [firstByte, .. bytes];
    }

    /// <summary>The peer is told this code, the application and the log learn of it, nothing is kept, and the other connection goes on.</summary>
    internal async Task IsClosedWithAsync(CloseCode code, int logged = ProtocolBroken)
    {
        var frame = await Peer.NextAsync();
        while (frame is { Opcode: not Frame.CloseOpcode })
        {
            frame = await Peer.NextAsync();
        }

        Assert.Equal((int)code, frame?.CloseCode);
        Peer.Shutdown();

        // WHATWG: a client's application is not told what the server did wrong.
        Assert.Equal(IsServer ? code : CloseCode.AbnormalClosure, (await Ending.First).Code);
        Assert.Equal((1, false), (Ending.Count, Ours.WasClean));
        Assert.Single(Log.TextsOf(logged));
        if (logged == ProtocolBroken)
        {
            Assert.Contains(frame!.CloseReason, Log.TextsOf(logged)[0], StringComparison.Ordinal);
        }

        await Eventually.IsTrue(() => Budget.PinnedBytes == 0);
        await OtherIsServedAsync();
    }

    internal async Task OtherIsServedAsync()
    {
        _other.Peer.Send(Frame.OfText("still here"));
        Assert.Equal("still here", await _other.Peer.NextTextAsync());
        Assert.Equal(ReadyState.Open, _other.Ours.ReadyState);
    }

    /// <summary>Opens a connection of ours, and the hostile peer of it.</summary>
    internal async Task<(RawPeer Peer, WebSocketConnection Ours)> OpenAsync()
    {
        if (_server is not null)
        {
            var count = _server.Clients.Count;
            var peer = await RawPeer.OpenAsync(SocketTransportFactory.Instance, _server.Port, headers: "Sec-WebSocket-Extensions: permessage-deflate\r\n");
            await Eventually.IsTrue(() => _server.Clients.Count == count + 1);
            return (peer, _server.Clients.MaxBy(client => client.Id)!);
        }

        var hostile = new HostileServer(Accepted + Agreed + "\r\n", network: SocketTransportFactory.Instance);
        _owned.Add(hostile);
        var client = new WebSocket($"ws://127.0.0.1:{hostile.Port}/", new WebSocketClientOptions
        {
            MaxMessageBytes = MyLimits.MaxMessageBytes,
            MaxFragments = MyLimits.MaxFragments,
            Memory = Budget,
            Logger = Log,
        });
        Listen(client);
        await client.IsOpen();
        return (await hostile.Peer, client);
    }

    public async ValueTask DisposeAsync()
    {
        Peer.Abort();
        _other.Peer.Abort();
        Ours.Abort();
        _other.Ours.Abort();
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync().AsTask().InTime();
        }
    }

    private static void Listen(WebSocketConnection socket) => socket.OnMessage += message => socket.Send(message, compress: false);

    internal sealed record Limits(int MaxMessageBytes = 1024 * 1024, int MaxFragments = 16 * 1024, long MaxPinnedBytes = 0);
}
