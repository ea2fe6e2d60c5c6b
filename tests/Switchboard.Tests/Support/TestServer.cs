using Microsoft.Extensions.Time.Testing;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Support;

/// <summary>A server on a network in memory, with a clock that stands still.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private TestServer(MemoryNetwork network, FakeTimeProvider clock, WebSocketServerOptions options)
    {
        Network = network;
        Clock = clock;
        Server = new WebSocketServer(options with { Transport = network, TimeProvider = options.TimeProvider == TimeProvider.System ? clock : options.TimeProvider, LoggerFactory = Log });
    }

    internal MemoryNetwork Network { get; }

    internal FakeTimeProvider Clock { get; }

    internal CapturedLog Log { get; } = new();

    internal WebSocketServer Server { get; }

    internal static TestServer Start(Action<ServerWebSocket> onConnection, WebSocketServerOptions? options = null, MemoryNetwork? network = null) =>
        Start(server => server.OnConnection += (socket, _) => onConnection(socket), options, network);

    internal static TestServer Start(Action<WebSocketServer>? setUp = null, WebSocketServerOptions? options = null, MemoryNetwork? network = null)
    {
        var clock = new FakeTimeProvider();
        var server = new TestServer(network ?? new MemoryNetwork(clock), clock, options ?? new WebSocketServerOptions());
        setUp?.Invoke(server.Server);
        server.Server.Start();
        return server;
    }

    internal Task<RawPeer> OpenAsync(string path = "/", string headers = "", params Frame[] early) =>
        RawPeer.OpenAsync(Network, Server.Port, path, headers, early);

    /// <summary>Opens a connection of which the peer reads nothing for now.</summary>
    internal async Task<(RawPeer Peer, ServerWebSocket Socket)> OpenPausedAsync()
    {
        var peer = await RawPeer.OpenPausedAsync(Network, Server.Port);
        await Eventually.IsTrue(() => Server.Clients.Count == 1);
        return (peer, Server.Clients.Single());
    }

    internal Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(Network, Server.Port);

    /// <summary>Lets time pass, in steps that a timer would see.</summary>
    internal void Pass(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 0.5)
        {
            Clock.Advance(TimeSpan.FromSeconds(Math.Min(0.5, seconds - passed)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in Network.Links)
        {
            link.Cut();
        }

        await Server.DisposeAsync().AsTask().InTime();
    }
}

/// <summary>How connections ended, as their OnClose told it.</summary>
internal sealed class Ending
{
    private readonly TaskCompletionSource<(CloseCode Code, string Reason)> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal Task<(CloseCode Code, string Reason)> First => _first.Task.InTime();

    internal static Ending Of(WebSocketConnection socket)
    {
        var ending = new Ending();
        ending.Watch(socket);
        return ending;
    }

    internal void Watch(WebSocketConnection socket) => socket.OnClose += (code, reason) =>
    {
        Interlocked.Increment(ref _count);
        _first.TrySetResult((code, reason));
    };
}
