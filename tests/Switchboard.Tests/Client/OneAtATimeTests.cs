using Switchboard.Tests.Tls;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Client;

/// <summary>Handlers of one client never run two at a time, also those that come late, and also across its connections.</summary>
public sealed class OneAtATimeTests : IDisposable
{
    private readonly MemoryNetwork _network = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly List<string> _seen = [];
    private int _inside;

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData("Memory")]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task A_handler_that_comes_late_waits_for_the_one_that_runs(string transport)
    {
        var factory = Secure.FactoryOf(transport);
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = factory });
        server.OnConnection += (socket, _) => socket.Send("x");
        server.Start();
        var client = new WebSocket($"ws://localhost:{server.Port}/", new WebSocketClientOptions { Transport = factory });
        client.OnMessage += _ => Enter("message");
        await Eventually.IsTrue(() => Volatile.Read(ref _inside) == 1);

        client.OnOpen += () => Enter("open");

        await EndsOneAtATime("message", "open");
        client.Abort();
    }

    [Theory]
    [InlineData("Memory")]
    [InlineData("Sockets")]
    public async Task What_follows_an_await_waits_for_the_one_that_runs(string transport)
    {
        var factory = Secure.FactoryOf(transport);
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = factory });
        server.OnConnection += (socket, _) =>
        {
            socket.Send("first");
            socket.Send("second");
        };
        server.Start();
        var awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new WebSocket($"ws://localhost:{server.Port}/", new WebSocketClientOptions { Transport = factory });
        client.OnMessage += message =>
        {
            if (message.Text == "second")
            {
                Enter("second");
            }
            else
            {
                GoOnLater();
            }
        };
        async void GoOnLater()
        {
            await awaited.Task;
            Enter("rest of the first");
        }

        await Eventually.IsTrue(() => Volatile.Read(ref _inside) == 1);

        awaited.SetResult();

        await EndsOneAtATime("second", "rest of the first");
        client.Abort();
    }

    [Fact]
    public async Task Of_one_that_reconnects_a_handler_that_comes_late_waits()
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = _network });
        server.OnConnection += (socket, _) => socket.Send("x");
        server.Start();
        var client = Reconnecting(server.Port);
        client.OnMessage += _ => Enter("message");
        await Eventually.IsTrue(() => Volatile.Read(ref _inside) == 1);

        client.OnOpen += () => Enter("open");

        await EndsOneAtATime("message", "open");
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Of_one_that_reconnects_the_end_waits_for_the_handler_that_runs()
    {
        var client = Reconnecting(2000);
        client.OnReconnecting += _ => Enter("reconnecting");
        client.OnClose += (_, _) => Enter("close");
        await Eventually.IsTrue(() => Volatile.Read(ref _inside) == 1);

        client.Close();

        await EndsOneAtATime("reconnecting", "close");
        await client.Closed.InTime();
    }

    [Fact]
    public async Task Closed_while_it_is_asked_whether_to_reconnect_it_does_not()
    {
        var client = new ReconnectingWebSocket("ws://localhost:2000/", new WebSocketClientOptions { Transport = _network }, new ReconnectOptions
        {
            ShouldReconnect = _ =>
            {
                Enter("asked");
                return true;
            },
        });
        client.OnReconnecting += _ => Enter("reconnecting");
        client.OnClose += (_, _) => Enter("close");
        await Eventually.IsTrue(() => Volatile.Read(ref _inside) == 1);

        client.Close();

        await EndsOneAtATime("asked", "close");
        await client.Closed.InTime();
        Assert.Equal(["asked", "close"], _seen);
    }

    private ReconnectingWebSocket Reconnecting(int port) => new(
        $"ws://localhost:{port}/", new WebSocketClientOptions { Transport = _network }, new ReconnectOptions { FirstDelay = TimeSpan.FromSeconds(20) });

    // The first one stays until the test lets it go.
    private void Enter(string what)
    {
        var others = Interlocked.Increment(ref _inside) - 1;
        lock (_seen)
        {
            _seen.Add(others == 0 ? what : $"{what}, with another");
        }

        _gate.Wait(Eventually.Patience);
        Interlocked.Decrement(ref _inside);
    }

    private async Task EndsOneAtATime(params string[] expected)
    {
        // Whoever would not wait has had the time to come in.
        await Task.Delay(100, TestContext.Current.CancellationToken);
        _gate.Set();
        await Eventually.IsTrue(() => Volatile.Read(ref _inside) == 0 && _seen.Count == expected.Length);
        Assert.Equal(expected, _seen);
    }
}
