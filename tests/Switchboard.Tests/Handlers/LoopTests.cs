using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Switchboard.Tests.Support;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Handlers;

/// <summary>Handlers on the loop, where they run by default on Linux, and on the pool instead: one loop serves all connections here.</summary>
[SupportedOSPlatform("linux")]
public sealed class LoopTests : IDisposable
{
    private const int HandlerBlocks = 1006;
    private const int HookBlocks = 1104;

    private readonly EpollTransportFactory _loop = new(new EpollOptions { Loops = 1 });
    private readonly CapturedLog _log = new();
    private readonly ManualResetEventSlim _gate = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_handlers_run_on_the_loop_and_what_follows_an_await_does(bool hasHook)
    {
        var threads = new ConcurrentQueue<(string Where, string? Name)>();
        void Note(string where) => threads.Enqueue((where, Thread.CurrentThread.Name));
        var ended = new TaskCompletionSource();
        await using var server = Serve(
            socket =>
            {
                Note("open");
                socket.OnMessage += _ => Note("message");
                socket.OnPong += _ => Note("pong");
                socket.OnMessageAsync += async _ =>
                {
                    Note("async message");
                    await Task.Delay(1);
                    Note("after a delay");
                    await Task.Run(static () => { });
                    Note("after work on the pool");
                    socket.Send("done");
                };
                socket.OnClose += (_, _) =>
                {
                    Note("close");
                    ended.SetResult();
                };
            },
            options => hasHook ? options with { OnHandshake = AcceptLater } : options);
        var peer = await OpenAsync(server);

        peer.Send(Frame.OfText("one"), new Frame(Frame.PongOpcode, []));
        Assert.Equal("done", await peer.NextTextAsync());
        peer.Send(Frame.Close(1000));
        await ended.Task.InTime();

        Assert.All(threads, thread => Assert.Equal("Switchboard loop 0", thread.Name));
        Assert.Equal(
            ["after a delay", "after work on the pool", "async message", "close", "message", "open", "pong"],
            threads.Select(thread => thread.Where).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_handler_that_blocks_keeps_the_others_waiting_and_is_named_once()
    {
        var blocking = 0;
        await using var server = Serve(socket => socket.OnMessage += message =>
        {
            if (message.Text == "block")
            {
                BlockHere();
                blocking = (int)socket.Id;
            }

            socket.Send(message);
        });
        var peer = await OpenAsync(server);
        var other = await OpenAsync(server);

        peer.Send(Frame.OfText("block"));
        await Eventually.IsTrue(() => Volatile.Read(ref _blocked) == 1);
        other.Send(Frame.OfText("me too"));
        await Eventually.IsTrue(() => _log.Has(HandlerBlocks));
        Assert.Equal(1, other.Bursts);
        _gate.Set();

        Assert.Equal("block", await peer.NextTextAsync());
        Assert.Equal("me too", await other.NextTextAsync());
        var text = Assert.Single(Blocks(nameof(A_handler_that_blocks_keeps_the_others_waiting_and_is_named_once)));
        Assert.Contains($"Connection {blocking}: the handler {typeof(LoopTests).FullName}.", text, StringComparison.Ordinal);
        Assert.Contains("(lambda)", text, StringComparison.Ordinal);
        Assert.Matches(@"for \d{3,} ms so far; await .* \(HandlersRunOn\)$", text);
    }

    [Fact]
    public async Task A_method_is_named_by_its_own_name()
    {
        await using var server = Serve(socket => socket.OnMessageAsync += OnText);
        var peer = await OpenAsync(server);

        peer.Send(Frame.OfText("block"));

        await IsNamed($"{typeof(LoopTests).FullName}.{nameof(OnText)} keeps");
    }

    [Fact]
    public async Task What_blocks_after_an_await_is_named_too()
    {
        await using var server = Serve(socket => socket.OnMessageAsync += OnTextLater);
        var peer = await OpenAsync(server);

        peer.Send(Frame.OfText("block"));

        await IsNamed($"{typeof(LoopTests).FullName}.{nameof(OnTextLater)}, after an await keeps");
    }

    [Fact]
    public async Task What_blocks_in_a_loop_over_the_messages_is_named_too()
    {
        await using var server = Server();
        server.OnConnectionAsync += ReadAll;
        server.Start();
        var peer = await OpenAsync(server);

        peer.Send(Frame.OfText("block"));

        await IsNamed($"{typeof(LoopTests).FullName}.{nameof(ReadAll)}, after an await keeps");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_handler_of_a_connection_is_named_too(bool hasHook)
    {
        await using var server = Server(options => hasHook ? options with { OnHandshake = AcceptLater } : options);
        server.OnConnection += Greet;
        server.Start();
        var peer = await RawPeer.ConnectAsync(SocketTransportFactory.Instance, server.Port);

        peer.Send(RawPeer.Request());

        await IsNamed($"{typeof(LoopTests).FullName}.{nameof(Greet)} keeps");
    }

    [Fact]
    public async Task The_handler_of_a_close_is_named_too()
    {
        await using var server = Serve(socket => socket.OnClose += OnEnd);
        var peer = await OpenAsync(server);

        peer.Abort();

        await IsNamed($"{typeof(LoopTests).FullName}.{nameof(OnEnd)} keeps");
    }

    [Fact]
    public async Task The_hook_of_the_handshake_is_named_too()
    {
        await using var server = Serve(static _ => { }, options => options with { OnHandshake = Decide });
        var peer = await RawPeer.ConnectAsync(SocketTransportFactory.Instance, server.Port);

        peer.Send(RawPeer.Request());
        await Eventually.IsTrue(() => _log.Has(HookBlocks));
        _gate.Set();

        Assert.StartsWith("HTTP/1.1 101 ", await peer.Head.InTime(), StringComparison.Ordinal);
        Assert.Contains($"{typeof(LoopTests).FullName}.{nameof(Decide)} keeps", Assert.Single(_log.TextsOf(HookBlocks)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_on_one_loop_have_each_its_own_log()
    {
        await using var server = Serve(socket => socket.OnMessageAsync += OnText);
        var otherLog = new CapturedLog();
        await using var other = Server(options => options with { LoggerFactory = otherLog });
        other.OnConnection += (socket, _) => socket.OnMessage += message => socket.Send(message);
        other.Start();
        var peer = await OpenAsync(server);
        await OpenAsync(other);

        peer.Send(Frame.OfText("block"));

        await IsNamed($"{typeof(LoopTests).FullName}.{nameof(OnText)} keeps");
        Assert.DoesNotContain(otherLog.TextsOf(HandlerBlocks), text => text.Contains(nameof(OnText), StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_limit_of_zero_nobody_is_named()
    {
        using var unwatched = new EpollTransportFactory(new EpollOptions { Loops = 1, BlockedAfter = TimeSpan.Zero });
        var silentLog = new CapturedLog();
        await using var silent = Serve(
            socket => socket.OnMessageAsync += OnText, options => options with { Transport = unwatched, LoggerFactory = silentLog });
        await using var server = Serve(socket => socket.OnMessageAsync += OnText);
        var peer = await OpenAsync(server);
        var unnoticed = await OpenAsync(silent);

        // The one that is not watched blocks for longer than the one that is found to.
        unnoticed.Send(Frame.OfText("block"));
        await Eventually.IsTrue(() => Volatile.Read(ref _blocked) == 1);
        peer.Send(Frame.OfText("block"));

        await IsNamed(nameof(OnText));
        Assert.False(silentLog.Has(HandlerBlocks));
    }

    [Fact]
    public async Task On_the_pool_a_handler_that_blocks_delays_its_own_connection_only_and_is_not_named()
    {
        await using var server = Serve(
            socket => socket.OnMessage += message =>
            {
                if (message.Text == "block")
                {
                    BlockHere();
                }

                socket.Send(message);
            },
            static options => options with { HandlersRunOn = HandlerThread.ThreadPool });
        var peer = await OpenAsync(server);
        var other = await OpenAsync(server);

        peer.Send(Frame.OfText("block"), Frame.OfText("behind"));
        await Eventually.IsTrue(() => Volatile.Read(ref _blocked) == 1);
        for (var i = 0; i < 100; i++)
        {
            other.Send(Frame.OfText($"{i}"));
            Assert.Equal($"{i}", await other.NextTextAsync());
        }

        Assert.Equal(1, peer.Bursts);
        _gate.Set();
        Assert.Equal("block", await peer.NextTextAsync());
        Assert.Equal("behind", await peer.NextTextAsync());
        Assert.Empty(Blocks(nameof(On_the_pool_a_handler_that_blocks_delays_its_own_connection_only_and_is_not_named)));
    }

    [Fact]
    public async Task On_the_pool_no_handler_runs_on_the_loop()
    {
        var threads = new ConcurrentQueue<(string Where, bool IsPool)>();
        void Note(string where) => threads.Enqueue((where, Thread.CurrentThread.IsThreadPoolThread));
        var ended = new TaskCompletionSource();
        await using var server = Serve(
            socket =>
            {
                Note("open");
                socket.OnMessage += _ => Note("message");
                socket.OnPong += _ => Note("pong");
                socket.OnMessageAsync += async _ =>
                {
                    await Task.Delay(1);
                    Note("after a delay");
                    socket.Send("done");
                };
                socket.OnClose += (_, _) =>
                {
                    Note("close");
                    ended.SetResult();
                };
            },
            options => options with
            {
                HandlersRunOn = HandlerThread.ThreadPool,
                OnHandshake = (_, _) =>
                {
                    Note("hook");
                    return ValueTask.FromResult(HandshakeDecision.Accept);
                },
            });
        var peer = await OpenAsync(server);

        peer.Send(Frame.OfText("one"), new Frame(Frame.PongOpcode, []));
        Assert.Equal("done", await peer.NextTextAsync());
        peer.Send(Frame.Close(1000));
        await ended.Task.InTime();

        Assert.All(threads, thread => Assert.True(thread.IsPool, thread.Where));
        Assert.Equal(["after a delay", "close", "hook", "message", "open", "pong"], threads.Select(thread => thread.Where).Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _gate.Set();
        _loop.Dispose();
        _gate.Dispose();
    }

    private int _blocked;

    private static async ValueTask<HandshakeDecision> AcceptLater(WebSocketRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return HandshakeDecision.Accept;
    }

    private void BlockHere()
    {
        Interlocked.Increment(ref _blocked);
        _gate.Wait(Eventually.Patience);
    }

    private ValueTask OnText(Message message)
    {
        BlockHere();
        return ValueTask.CompletedTask;
    }

    private async ValueTask OnTextLater(Message message)
    {
        await Task.Delay(1);
        BlockHere();
    }

    private async Task ReadAll(ServerWebSocket socket, WebSocketRequest request)
    {
        await foreach (var _ in socket.Messages)
        {
            BlockHere();
        }
    }

    private void Greet(ServerWebSocket socket, WebSocketRequest request) => BlockHere();

    private void OnEnd(CloseCode code, string reason) => BlockHere();

    private ValueTask<HandshakeDecision> Decide(WebSocketRequest request, CancellationToken cancellationToken)
    {
        BlockHere();
        return ValueTask.FromResult(HandshakeDecision.Accept);
    }

    private async Task IsNamed(string handler)
    {
        await Eventually.IsTrue(() => Blocks(handler).Any());
        _gate.Set();
        Assert.Single(Blocks(handler));
    }

    // A busy machine may stop the loop wherever it likes: what else it was at then is of no interest.
    private IEnumerable<string> Blocks(string handler) =>
        _log.TextsOf(HandlerBlocks).Where(text => text.Contains(handler, StringComparison.Ordinal));

    private WebSocketServer Server(Func<WebSocketServerOptions, WebSocketServerOptions>? change = null)
    {
        var options = new WebSocketServerOptions { Host = "127.0.0.1", Transport = _loop, LoggerFactory = _log, CloseTimeout = TimeSpan.Zero };
        return new WebSocketServer(change?.Invoke(options) ?? options);
    }

    private WebSocketServer Serve(Action<ServerWebSocket> onConnection, Func<WebSocketServerOptions, WebSocketServerOptions>? change = null)
    {
        var server = Server(change);
        server.OnConnection += (socket, _) => onConnection(socket);
        server.Start();
        return server;
    }

    private static Task<RawPeer> OpenAsync(WebSocketServer server) => RawPeer.OpenAsync(SocketTransportFactory.Instance, server.Port);
}
