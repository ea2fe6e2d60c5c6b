using System.Collections.Concurrent;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Handlers;

/// <summary>With handlers on the thread pool everything else is as it was: order, one at a time, closing, and slow handlers.</summary>
public sealed class PoolTests
{
    private static readonly WebSocketServerOptions OnPool = new() { HandlersRunOn = HandlerThread.ThreadPool };

    [Fact]
    public void The_option_takes_its_two_values_only()
    {
        Assert.Equal(HandlerThread.Transport, new WebSocketServerOptions().HandlersRunOn);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketServer(new WebSocketServerOptions { HandlersRunOn = (HandlerThread)2 }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public async Task Messages_are_echoed_in_order_however_the_bytes_are_split(int split)
    {
        await using var test = TestServer.Start(
            socket => socket.OnMessage += message => socket.Send(message), OnPool, new MemoryNetwork { Split = n => Math.Min(n, split) });
        var peer = await test.OpenAsync("/", "", Frame.OfText("early"));

        for (var i = 0; i < 200; i++)
        {
            peer.Send(Frame.OfText($"message {i}"));
        }

        Assert.Equal("early", await peer.NextTextAsync());
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal($"message {i}", await peer.NextTextAsync());
        }
    }

    [Fact]
    public async Task What_one_burst_causes_to_be_written_leaves_together()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message), OnPool);
        var peer = await test.OpenAsync();
        var before = peer.Bursts;

        peer.Send([.. Enumerable.Range(0, 100).Select(i => Frame.OfText($"{i}"))]);

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"{i}", await peer.NextTextAsync());
        }

        Assert.Equal(before + 1, peer.Bursts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_attached_after_an_await_misses_nothing(bool hasHook)
    {
        for (var round = 0; round < 100; round++)
        {
            var options = hasHook
                ? OnPool with
                {
                    OnHandshake = async (_, _) =>
                    {
                        await Task.Yield();
                        return HandshakeDecision.Accept;
                    },
                }
                : OnPool;
            await using var test = TestServer.Start(
                server => server.OnConnectionAsync += async (socket, _) =>
                {
                    await Task.Yield();
                    await foreach (var message in socket.Messages)
                    {
                        socket.Send(message);
                    }
                },
                options);

            var peer = await test.OpenAsync("/", "", Frame.OfText("one"), Frame.OfText("two"));

            Assert.Equal("one", await peer.NextTextAsync());
            Assert.Equal("two", await peer.NextTextAsync());
        }
    }

    [Fact]
    public async Task Handlers_and_what_follows_their_awaits_never_run_two_at_a_time()
    {
        var running = 0;
        var most = 0;
        var handled = 0;
        await using var test = TestServer.Start(
            socket =>
            {
                void Handle()
                {
                    most = Math.Max(most, Interlocked.Increment(ref running));
                    Thread.SpinWait(100);
                    Interlocked.Decrement(ref running);
                    Interlocked.Increment(ref handled);
                }

                socket.OnMessage += _ => Handle();
                socket.OnPong += _ => Handle();
                socket.OnMessage += _ => HandleLater();
                socket.OnMessageAsync += async _ =>
                {
                    await Task.Yield();
                    Handle();
                };

                async void HandleLater()
                {
                    await Task.Run(static () => { });
                    Handle();
                }
            },
            OnPool);
        var peer = await test.OpenAsync();

        for (var i = 0; i < 300; i++)
        {
            peer.Send(Frame.OfText("x"), new Frame(Frame.PongOpcode, []));
        }

        await Eventually.IsTrue(() => Volatile.Read(ref handled) == 1200);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task What_a_handler_sends_between_awaits_leaves_though_it_never_pauses()
    {
        var stop = new TaskCompletionSource();
        await using var test = TestServer.Start(
            server => server.OnConnectionAsync += async (socket, _) =>
            {
                socket.Send("tick");
                while (!stop.Task.IsCompleted && socket.ReadyState == ReadyState.Open)
                {
                    await Task.Yield();
                }

                socket.Send("tock");
            },
            OnPool);
        var peer = await test.OpenAsync();

        Assert.Equal("tick", await peer.NextTextAsync());
        stop.SetResult();

        Assert.Equal("tock", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_sender_is_held_back_while_a_handler_blocks()
    {
        using var gate = new ManualResetEventSlim();
        var received = 0;
        await using var test = TestServer.Start(
            socket => socket.OnMessage += _ =>
            {
                Interlocked.Increment(ref received);
                gate.Wait(Eventually.Patience);
            },
            OnPool);
        await using var client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });
        await client.IsOpen();

        for (var i = 0; i < 40; i++)
        {
            client.Send(new byte[20_000], compress: false);
        }

        await Eventually.IsTrue(() => Volatile.Read(ref received) == 1);
        Assert.True(client.BufferedAmount > 500_000);
        gate.Set();
        await Eventually.IsTrue(() => Volatile.Read(ref received) == 40 && client.BufferedAmount == 0);
    }

    [Fact]
    public async Task OnDrain_tells_that_a_backlog_is_gone()
    {
        var drains = 0;
        await using var test = TestServer.Start(socket => socket.OnDrain += () => Interlocked.Increment(ref drains), OnPool);
        var (peer, socket) = await test.OpenPausedAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.True(socket.Send(new byte[50_000]));
        }

        Assert.Equal(0, Volatile.Read(ref drains));
        peer.ReadOn();

        await Eventually.IsTrue(() => Volatile.Read(ref drains) == 1);
    }

    [Fact]
    public async Task A_message_before_an_abrupt_end_is_handed_up_before_the_end_is_told()
    {
        for (var round = 0; round < 100; round++)
        {
            var told = new ConcurrentQueue<string>();
            await using var test = TestServer.Start(
                socket =>
                {
                    socket.OnMessage += message => told.Enqueue(message.Text);
                    socket.OnClose += (code, _) => told.Enqueue($"{(int)code}");
                },
                OnPool);
            var peer = await test.OpenAsync();

            peer.Send(Frame.OfText("last words"));
            peer.Shutdown();

            await Eventually.IsTrue(() => told.Count == 2);
            Assert.Equal(["last words", "1006"], told);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_inside_a_handler_does_not_wait_for_itself(bool isAwaited)
    {
        var ending = new Ending();
        await using var test = TestServer.Start(
            socket =>
            {
                ending.Watch(socket);
                socket.OnMessageAsync += async _ =>
                {
                    var closed = socket.CloseAsync((CloseCode)4000, "here");
                    if (isAwaited)
                    {
                        await closed;
                    }
                };
            },
            OnPool);
        var peer = await test.OpenAsync();

        peer.Send(Frame.OfText("go"));

        Assert.Equal((4000, "here"), await peer.AnswerCloseAsync());
        Assert.Equal((CloseCode)4000, (await ending.First).Code);
    }

    [Fact]
    public async Task Stopping_tells_every_client_and_waits_for_their_handlers()
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch, OnPool);
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);

        var stopping = test.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1001, (await peer.AnswerCloseAsync()).Code);
        await stopping.InTime();

        Assert.Equal(1, ending.Count);
    }
}
