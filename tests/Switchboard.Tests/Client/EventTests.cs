using System.Collections.Concurrent;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Client;

/// <summary>Where, when and in which order a client's events come (WHATWG WebSockets, and the task queue of HTML).</summary>
public sealed class EventTests
{
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";

    [Fact]
    public async Task Run_on_the_context_of_the_construction_one_at_a_time_and_in_order()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));
        using var window = new Window();
        var seen = new ConcurrentQueue<string>();
        WebSocket? client = null;
        window.Post(() =>
        {
            client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });
            client.OnOpen += () =>
            {
                See($"open {client.ReadyState}");
                for (var i = 0; i < 100; i++)
                {
                    client.Send($"{i}");
                }
            };
            client.OnMessage += message =>
            {
                See($"message {message.Text} {client.ReadyState}");
                if (message.Text == "99")
                {
                    client.Close(1000, "done");
                    See($"closing {client.ReadyState}");
                }
            };
            client.OnError += _ => See("error");
            client.OnClose += (code, _) => See($"close {(int)code} {client.ReadyState}");
        });

        await Eventually.IsTrue(() => client is not null);
        await client!.Closed.InTime();
        string[] expected =
            ["open Open", .. Enumerable.Range(0, 100).Select(i => $"message {i} Open"), "closing Closing", "close 1000 Closed"];
        Assert.Equal(expected, seen);

        void See(string what) => seen.Enqueue(window.IsHere ? what : $"{what}, elsewhere");
    }

    [Fact]
    public async Task Never_two_at_once_on_a_context_that_runs_in_parallel()
    {
        await using var test = TestServer.Start(socket =>
        {
            for (var i = 0; i < 200; i++)
            {
                socket.Send($"{i}");
            }

            socket.Close(1000);
        });
        var (running, most, seen) = (0, 0, new List<string>());
        WebSocket client;
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()); // Each Post on any thread of the pool.
        try
        {
            client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        client.OnOpen += () => Run("open");
        client.OnMessage += message => Run(message.Text);
        client.OnClose += (_, _) => Run("close");

        await client.Closed.InTime();
        Assert.Equal(1, most);
        Assert.Equal(["open", .. Enumerable.Range(0, 200).Select(i => $"{i}"), "close"], seen);

        void Run(string what)
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            seen.Add(what);
            Thread.Yield();
            Interlocked.Decrement(ref running);
        }
    }

    [Fact]
    public async Task A_state_changes_in_the_event_that_tells_of_it()
    {
        await using var test = TestServer.Start(socket =>
        {
            socket.Send("one");
            socket.Close(1000);
        });
        var window = new Steps();
        var seen = new List<string>();
        var client = window.Run(() => new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network }));
        client.OnMessage += message => seen.Add($"{message.Text} {client.ReadyState}");
        client.OnClose += (code, _) => seen.Add($"{(int)code} {client.ReadyState}");

        // All has come by then, and the window has not looked.
        await Eventually.IsTrue(() => window.Count == 1);
        Assert.Equal(ReadyState.Connecting, client.ReadyState);
        Assert.Throws<InvalidStateErrorException>(() => client.Send("x"));
        await Eventually.IsTrue(() =>
        {
            window.RunAll();
            return client.Closed.IsCompleted;
        });

        Assert.Equal(["one Open", "1000 Closed"], seen);
    }

    [Fact]
    public async Task A_close_before_the_open_event_was_looked_at_means_that_there_is_none()
    {
        await using var test = TestServer.Start();
        var window = new Steps();
        var seen = new List<string>();
        var client = window.Run(() => new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network }));
        client.OnOpen += () => seen.Add("open");
        client.OnError += failure => seen.Add($"error {failure.Kind} {client.ReadyState}");
        client.OnClose += (code, reason) => seen.Add($"close {(int)code} '{reason}' {client.WasClean}");
        await Eventually.IsTrue(() => window.Count == 1);

        client.Close();
        Assert.Equal(ReadyState.Closing, client.ReadyState);
        Assert.Empty(seen);
        await Eventually.IsTrue(() =>
        {
            window.RunAll();
            return client.Closed.IsCompleted;
        });

        Assert.Equal(["error Aborted Closed", "close 1006 '' False"], seen);
    }

    [Fact]
    public async Task A_context_that_is_gone_loses_no_end()
    {
        await using var test = TestServer.Start();
        var window = new Steps();
        var client = window.Run(() => new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network }));
        var ended = new TaskCompletionSource<CloseCode>();
        client.OnClose += (code, _) => ended.TrySetResult(code);
        await Eventually.IsTrue(() => window.Count == 1);
        window.RunAll();

        window.IsGone = true;
        client.Close(1000);

        Assert.Equal(CloseCode.NormalClosure, await ended.Task.InTime());
    }

    [Fact]
    public async Task A_slow_context_slows_the_server_down()
    {
        await using var test = TestServer.Start();
        var window = new Steps();
        var client = window.Run(() => new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network }));
        client.OnMessage += _ => { };
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();

        for (var i = 0; i < 100; i++)
        {
            socket.Send(new byte[10_000], compress: false);
        }

        // One message waits for the window, and the network holds what it can.
        await Eventually.IsTrue(() => window.Count == 1);
        await Eventually.IsTrue(() => socket.BufferedAmount > 800_000);
        Assert.Equal(1, window.Count);
        await Eventually.IsTrue(() =>
        {
            window.RunAll();
            return socket.BufferedAmount == 0;
        });
        client.Abort();
        window.RunAll();
    }

    [Fact]
    public async Task Events_015_a_good_message_before_a_bad_frame_is_delivered_while_OPEN()
    {
        foreach (var hasContext in new[] { false, true })
        {
            await using var hostile = new HostileServer(Accepted);
            var window = new Steps();
            WebSocket Make() => new($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network });
            var client = hasContext ? window.Run(Make) : Make();
            var seen = new ConcurrentQueue<string>();
            client.OnMessage += message => seen.Enqueue($"{message.Text} {client.ReadyState}");
            client.OnError += failure => seen.Enqueue($"{failure.Kind} {failure.Code} {client.ReadyState}");
            client.OnClose += (code, reason) => seen.Enqueue($"{(int)code} '{reason}' {client.ReadyState}");
            await Eventually.IsTrue(() =>
            {
                window.RunAll();
                return client.ReadyState == ReadyState.Open;
            });

            (await hostile.Peer).Send(Convert.FromHexString("81026869" + "F100")); // "hi", then a reserved opcode and bits.
            (await hostile.Peer).Shutdown();

            await Eventually.IsTrue(() =>
            {
                window.RunAll();
                return client.Closed.IsCompleted;
            });
            Assert.Equal(["hi Open", "Protocol ProtocolError Closed", "1006 '' Closed"], seen);
        }
    }

    [Fact]
    public async Task What_follows_a_close_frame_is_dropped()
    {
        await using var hostile = new HostileServer(Accepted);
        var client = new WebSocket($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network });
        var messages = 0;
        client.OnMessage += _ => messages++;
        await client.IsOpen();

        (await hostile.Peer).Send(Convert.FromHexString("880203E8" + "81026869"));
        (await hostile.Peer).Shutdown();

        await client.Closed.InTime();
        Assert.Equal((0, true, CloseCode.NormalClosure), (messages, client.WasClean, client.CloseCode));
    }

    [Fact]
    public async Task Handlers_that_come_after_the_end_are_told_of_it_once_each()
    {
        await using var hostile = new HostileServer("HTTP/1.1 404 Not Found\r\n\r\n");
        var client = new WebSocket($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network });
        await client.Closed.InTime();
        var seen = new ConcurrentQueue<string>();

        client.OnError += failure => seen.Enqueue($"{failure.Kind} {(int)failure.Status!}");
        client.OnClose += (code, _) => seen.Enqueue($"{(int)code}");
        client.OnOpen += () => seen.Enqueue("open");

        await Eventually.IsTrue(() => seen.Count == 2);
        Assert.Equal(["HttpStatus 404", "1006"], seen);
    }

    [Fact]
    public async Task A_handler_of_the_server_that_comes_after_the_end_is_told_of_it()
    {
        await using var test = TestServer.Start();
        var peer = await test.OpenAsync();
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();
        peer.Send(Frame.Close(1000));
        await socket.Closed.InTime();

        var ending = Ending.Of(socket);

        Assert.Equal(CloseCode.NormalClosure, (await ending.First).Code);
        Assert.Equal(1, ending.Count);
    }

    /// <summary>A thread with a queue of its own, as a window has.</summary>
    private sealed class Window : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<Action> _tasks = [];
        private readonly Thread _thread;

        internal Window()
        {
            _thread = new Thread(() =>
            {
                SetSynchronizationContext(this);
                foreach (var task in _tasks.GetConsumingEnumerable())
                {
                    task();
                }
            });
            _thread.Start();
        }

        internal bool IsHere => Thread.CurrentThread == _thread && Current == this;

        public override void Post(SendOrPostCallback d, object? state) => Post(() => d(state));

        public void Dispose()
        {
            _tasks.CompleteAdding();
            _thread.Join();
            _tasks.Dispose();
        }

        internal void Post(Action task) => _tasks.Add(task);
    }

    /// <summary>A window whose turns the test takes.</summary>
    private sealed class Steps : SynchronizationContext
    {
        private readonly ConcurrentQueue<Action> _tasks = new();

        internal int Count => _tasks.Count;

        internal bool IsGone { get; set; }

        public override void Post(SendOrPostCallback d, object? state)
        {
            ObjectDisposedException.ThrowIf(IsGone, this);
            _tasks.Enqueue(() => d(state));
        }

        internal T Run<T>(Func<T> make)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                return make();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        internal void RunAll()
        {
            while (_tasks.TryDequeue(out var task))
            {
                Run(() =>
                {
                    task();
                    return 0;
                });
            }
        }
    }
}
