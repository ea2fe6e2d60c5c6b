using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Client.Reconnecting;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Client;

/// <summary>A client that connects again. The clock is the test's.</summary>
public sealed class ReconnectingTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryNetwork _network = new();
    private readonly ConcurrentQueue<string> _seen = new();

    [Fact]
    public void The_delays_double_up_to_the_cap_and_are_random_in_full()
    {
        var most = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30), () => 1);
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 8).Select(_ => most.Next().TotalSeconds));
        most.Reset();
        Assert.Equal(0.5, most.Next().TotalSeconds);

        var half = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), () => 0.5);
        Assert.Equal([0.5, 1, 2], Enumerable.Range(0, 3).Select(_ => half.Next().TotalSeconds));
        var none = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), () => 0);
        Assert.Equal(TimeSpan.Zero, none.Next());

        var long_ = new Backoff(TimeSpan.FromDays(1), TimeSpan.MaxValue, () => 0.999);
        Assert.All(Enumerable.Range(0, 5000), _ => Assert.InRange(long_.Next(), TimeSpan.Zero, TimeSpan.MaxValue));
    }

    [Fact]
    public async Task It_comes_back_after_the_delay_and_each_end_is_told()
    {
        var server = Serve(0);
        var port = server.Port;
        var client = Connect(port);
        await Open(client);
        await server.StopAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrue(() => _seen.Count == 2);
        Assert.Equal(["open", "down 1001 1 0.5"], _seen);
        Assert.Equal(ReadyState.Connecting, client.ReadyState);

        // Nobody there at the first attempt.
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        await Eventually.IsTrue(() => _seen.Count == 3);
        Assert.Equal("down Connect 2 1", _seen.Last());
        await using var again = Serve(port);
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(3, _seen.Count);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        await Eventually.IsTrue(() => _seen.Count == 4);
        Assert.Equal("open", _seen.Last());
        await client.CloseAsync();
        Assert.Equal("close 1000", _seen.Last());
        Assert.Equal(5, _seen.Count);
    }

    [Theory]
    [InlineData(9, 3)]
    [InlineData(11, 1)]
    public async Task The_delays_begin_anew_after_a_healthy_period(int seconds, int attempt)
    {
        await using var server = Serve(0);
        var client = Connect(server.Port);
        await Open(client);
        await Cut(server);
        await Eventually.IsTrue(() => _seen.Count == 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrue(() => _seen.Count == 3);
        await Cut(server);
        await Eventually.IsTrue(() => _seen.Count == 4);
        Assert.Equal("down ConnectionLost 2 1", _seen.Last());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrue(() => _seen.Count == 5);

        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await Cut(server);

        await Eventually.IsTrue(() => _seen.Count == 6);
        Assert.StartsWith($"down ConnectionLost {attempt} ", _seen.Last(), StringComparison.Ordinal);
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(404, true)]
    [InlineData(302, true)]
    [InlineData(408, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task It_gives_up_on_answers_that_will_not_change(int status, bool givesUp)
    {
        await using var server = new HostileServer($"HTTP/1.1 {status} Thus\r\nLocation: /\r\n\r\n", network: _network);
        var client = Connect(server.Port);

        await Eventually.IsTrue(() => !_seen.IsEmpty);
        if (givesUp)
        {
            await client.Closed.InTime();
            Assert.Equal([$"error HttpStatus {status}", "close 1006"], _seen);
            Assert.Equal((HttpStatusCode)status, client.Failure!.Status);
        }
        else
        {
            Assert.Equal(["down HttpStatus 1 0.5"], _seen);
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1008, true)]
    [InlineData(1001, false)]
    [InlineData(1011, false)]
    [InlineData(1012, false)]
    [InlineData(1013, false)]
    [InlineData(4401, false)]
    public async Task It_gives_up_on_closes_that_were_meant(int code, bool givesUp)
    {
        await using var server = Serve(0);
        server.OnConnection += (socket, _) => socket.Close(code);
        var client = Connect(server.Port);

        await Eventually.IsTrue(() => _seen.Count == 2);

        Assert.Equal(["open", givesUp ? $"close {code}" : $"down {code} 1 0.5"], _seen);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Retry_After_is_kept()
    {
        foreach (var (value, seconds) in new[]
        {
            ("120", 120.0), (new DateTimeOffset(2000, 1, 1, 0, 1, 30, TimeSpan.Zero).ToString("R"), 90), ("soon", 0.5), ("-5", 0.5),
            (new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToString("R"), 0.5),
        })
        {
            _seen.Clear();
            await using var hostile = new HostileServer($"HTTP/1.1 503 Busy\r\nRetry-After: {value}\r\n\r\n", network: _network);
            var client = Connect(hostile.Port);
            await Eventually.IsTrue(() => !_seen.IsEmpty);

            Assert.Equal(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"down HttpStatus 1 {seconds}"), _seen.Single());
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("9999999")]
    [InlineData("2147483647")]
    public async Task A_server_that_asks_for_months_gets_a_day(string seconds)
    {
        await using var hostile = new HostileServer($"HTTP/1.1 503 Busy\r\nRetry-After: {seconds}\r\n\r\n", network: _network);
        var client = Connect(hostile.Port);
        await Eventually.IsTrue(() => !_seen.IsEmpty);
        Assert.Equal("down HttpStatus 1 86400", _seen.Single());
        Assert.Null(client.Failure);

        _clock.Advance(TimeSpan.FromDays(1));

        await Eventually.IsTrue(() => _seen.Count == 2);
        await client.DisposeAsync();
        Assert.Equal(FailureKind.Aborted, client.Failure?.Kind);
    }

    [Fact]
    public async Task A_handler_that_takes_the_place_of_another_gets_each_message_once()
    {
        await using var server = Serve(0);
        server.OnConnection += (socket, _) => socket.OnMessage += message => socket.Send(message);
        var client = Connect(server.Port);
        await Open(client);
        Action<MessageView> first = _ => _seen.Enqueue("first");
        client.OnMessage += first;
        client.OnMessage -= first;
        client.OnMessage += message => _seen.Enqueue(message.Text);
        Func<Message, ValueTask> async = _ => default;
        client.OnMessageAsync += async;
        client.OnMessageAsync -= async;
        client.OnMessageAsync += message =>
        {
            _seen.Enqueue($"{message.Text} async");
            return default;
        };

        client.Send("1");
        client.Send("2");

        await Eventually.IsTrue(() => _seen.Count >= 5);
        Assert.Equal(["open", "1", "1 async", "2", "2 async"], _seen);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task What_a_connection_may_have_sent_is_not_sent_again()
    {
        await using var server = Serve(0);
        var client = Connect(server.Port);
        await Open(client);
        await Eventually.IsTrue(() => server.Clients.Count == 1);
        _network.Links.Single().FallSilent();

        // More than the network takes: it waits in the connection, which then breaks.
        var sending = client.SendAsync(new byte[1_000_000], MessageType.Binary, compress: false, TestContext.Current.CancellationToken);
        Assert.False(sending.IsCompleted);
        _network.Links.Single().Cut();

        Assert.False(await sending.AsTask().InTime());
        await client.DisposeAsync();
    }

    [Fact]
    public async Task What_is_sent_while_away_waits_in_order_behind_the_handlers_of_OnOpen()
    {
        await using var server = Serve(0);
        var received = new ConcurrentQueue<string>();
        server.OnConnection += (socket, _) => socket.OnMessage += message => received.Enqueue(message.Text);
        var client = Connect(server.Port);
        client.OnOpen += () => client.Send("hello");
        Assert.True(client.Send("1"));
        await Open(client);
        await Eventually.IsTrue(() => received.Count == 2);
        await Cut(server);
        await Eventually.IsTrue(() => client.ReadyState == ReadyState.Connecting);
        Assert.True(client.Send("2"));
        var third = client.SendAsync("3", TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);
        Assert.True(client.Send("4"));
        Assert.Equal(2, client.BufferedAmount);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await third.AsTask().InTime());
        await Eventually.IsTrue(() => received.Count == 6);
        Assert.Equal(["hello", "1", "hello", "2", "4", "3"], received);
        Assert.Equal(0, client.BufferedAmount);
        await client.DisposeAsync();
        Assert.False(client.Send("5"));
        Assert.False(await client.SendAsync("6", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_queue_is_bounded()
    {
        var client = Connect(2000, new ReconnectOptions { MaxQueuedBytes = 1000 });
        Assert.True(client.Send(new byte[900]));
        Assert.False(client.Send(new byte[101]));
        Assert.True(client.Send(new byte[36]));
        Assert.False(client.Send([])); // An empty one counts for 64.
        Assert.Equal(936, client.BufferedAmount);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Close_while_it_is_away_ends_it()
    {
        var client = Connect(2000);
        await Eventually.IsTrue(() => !_seen.IsEmpty);

        client.Close(1000, "enough");
        Assert.NotEqual(ReadyState.Connecting, client.ReadyState);
        await client.Closed.InTime();

        Assert.Equal(["down Connect 1 0.5", "error Aborted", "close 1006"], _seen);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((3, ReadyState.Closed), (_seen.Count, client.ReadyState));
    }

    [Fact]
    public async Task Close_in_the_handler_that_tells_of_an_end_ends_it()
    {
        var client = Connect(2000);
        client.OnReconnecting += _ => client.Close();

        await client.Closed.InTime();

        Assert.Equal(["down Connect 1 0.5", "error Aborted", "close 1006"], _seen);
    }

    [Fact]
    public void What_cannot_be_closed_with_is_refused_also_while_it_is_away()
    {
        var client = Connect(2000);
        Assert.Throws<InvalidAccessErrorException>(() => client.Close(1001));
        Assert.Throws<SyntaxErrorException>(() => client.Close(1000, new string('x', 124)));
        Assert.Throws<SyntaxErrorException>(() => new ReconnectingWebSocket("ftp://host/"));
        client.Abort();
    }

    [Fact]
    public async Task It_gives_up_after_so_many_attempts()
    {
        var client = Connect(2000, new ReconnectOptions { MaxAttempts = 3, FirstDelay = TimeSpan.Zero });

        await Eventually.IsTrue(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return client.Closed.IsCompleted;
        });

        Assert.Equal(["down Connect 1 0", "down Connect 2 0", "down Connect 3 0", "error Connect", "close 1006"], _seen);
    }

    [Fact]
    public async Task The_URL_is_built_for_each_connection_with_the_end_of_the_last()
    {
        await using var server = Serve(0);
        var paths = new ConcurrentQueue<string>();
        server.OnConnection += (_, request) => paths.Enqueue($"{request.Path}?after={request.Query["after"]}");
        var built = 0;
        var client = Connect(server.Port, new ReconnectOptions
        {
            BuildUrl = async (ended, _) =>
            {
                await Task.Yield();
                return ++built == 2 ? throw new InvalidTimeZoneException("No token.") : $"ws://localhost:{server.Port}/{built}?after={ended?.Failure?.Kind}";
            },
        });
        await Open(client);
        await Cut(server);

        await Eventually.IsTrue(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return paths.Count == 2;
        });

        Assert.Equal(["/1?after=", "/3?after=Handler"], paths);
        Assert.Equal(["open", "down ConnectionLost 1 0.5", "down Handler 2 1"], _seen.Take(3));
        Assert.EndsWith("/3?after=Handler", client.Url, StringComparison.Ordinal);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Messages_of_all_connections_come_as_one_stream()
    {
        await using var server = Serve(0);
        var number = 0;
        server.OnConnection += (socket, _) =>
        {
            socket.Send($"{++number}");
            socket.Close(1012);
        };
        var client = Connect(server.Port, new ReconnectOptions { FirstDelay = TimeSpan.Zero });
        var texts = new List<string>();

        await foreach (var message in client.Messages.WithCancellation(TestContext.Current.CancellationToken))
        {
            texts.Add(message.Text);
            if (texts.Count == 5)
            {
                client.Close();
            }
        }

        Assert.Equal(["1", "2", "3", "4", "5"], texts);
        await client.Closed.InTime();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_throws_costs_its_connection_and_not_the_next(bool isLater)
    {
        await using var server = Serve(0);
        var client = Connect(server.Port);
        var opened = 0;
        client.OnOpen += async () =>
        {
            if (isLater)
            {
                await Task.Yield();
            }

            _ = ++opened == 1 ? throw new InvalidTimeZoneException() : 0;
        };

        await Eventually.IsTrue(() => _seen.Count == 2);
        Assert.Equal("down Handler 1 0.5", _seen.Last());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrue(() => _seen.Count == 3);

        Assert.Equal("open", _seen.Last());
        await client.DisposeAsync();
    }

    private static async Task Cut(WebSocketServer server)
    {
        await Eventually.IsTrue(() => server.Clients.Count == 1);
        server.Clients.Single().Abort();
    }

    private async Task Open(ReconnectingWebSocket client) =>
        await Eventually.IsTrue(() => _seen.Contains("open") && client.ReadyState == ReadyState.Open);

    private WebSocketServer Serve(int port)
    {
        var server = new WebSocketServer(new WebSocketServerOptions { Transport = _network, Port = port });
        server.Start();
        return server;
    }

    private ReconnectingWebSocket Connect(int port, ReconnectOptions? reconnect = null)
    {
        // The most of each delay.
        var client = new ReconnectingWebSocket(
            $"ws://localhost:{port}/", new WebSocketClientOptions { Transport = _network, TimeProvider = _clock, ConnectTimeout = TimeSpan.Zero },
            reconnect ?? new ReconnectOptions(), () => 1);
        client.OnOpen += () => _seen.Enqueue("open");
        client.OnReconnecting += ended => _seen.Enqueue(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"down {ended.Failure?.Kind.ToString() ?? $"{(int)ended.Code}"} {ended.Attempt} {ended.Delay.TotalSeconds:0.##}"));
        client.OnError += failure => _seen.Enqueue($"error {failure.Kind} {(int?)failure.Status}".Trim());
        client.OnClose += (code, _) => _seen.Enqueue($"close {(int)code}");
        return client;
    }
}
