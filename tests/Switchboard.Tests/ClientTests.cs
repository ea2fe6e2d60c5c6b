using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Client;
using Switchboard.Tests.Support;
using Switchboard.Transports;

namespace Switchboard.Tests;

/// <summary>The client, with the shape and the rules of WHATWG WebSockets.</summary>
public sealed class ClientTests
{
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n";

    public static TheoryData<string, string> Answers => new()
    {
        { "HTTP/1.1 200 OK\r\n\r\n", "The server answered 200 OK, not 101 Switching Protocols." },
        { "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "The server answered 302 Found, not 101 Switching Protocols." },
        { Accepted.Replace("{accept}", "bm90IHRoZSBrZXk=", StringComparison.Ordinal) + "\r\n", "Sec-WebSocket-Accept" },
        { Accepted.Replace("Upgrade: websocket", "Upgrade: h2c", StringComparison.Ordinal) + "\r\n", "Upgrade: websocket" },
        { Accepted.Replace("Connection: Upgrade", "Connection: close", StringComparison.Ordinal) + "\r\n", "Connection: Upgrade" },
        { Accepted + "Sec-WebSocket-Protocol: other\r\n\r\n", "'other', which was not offered" },
        { Accepted + "\r\n", "none of the subprotocols that were offered (mine)" },
        { Accepted + "Sec-WebSocket-Protocol: mine\r\nSec-WebSocket-Extensions: x-other\r\n\r\n", "extension that was not offered" },
        { "SSH-2.0-OpenSSH_9.2\r\n\r\n", "" },
    };

    // The clock stands still, so such a client waits for its first handler as long as the test takes to attach it.
    private static WebSocketClientOptions Patient => new() { TimeProvider = new FakeTimeProvider() };

    [Fact]
    public async Task Goes_through_its_states_and_raises_its_events_in_order()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));
        var events = new ConcurrentQueue<string>();
        var client = Connect(test.Network, test.Server.Port, Patient);
        client.OnOpen += () =>
        {
            events.Enqueue($"open {client.ReadyState}");
            client.Send("hello");
        };
        client.OnMessage += message =>
        {
            events.Enqueue($"message {message.Text} {client.ReadyState}");
            client.Close(CloseCode.NormalClosure, "done");
            events.Enqueue($"closing {client.ReadyState}");
        };
        client.OnError += _ => events.Enqueue("error");
        client.OnClose += (code, reason) => events.Enqueue($"close {(int)code} {reason} {client.ReadyState} {client.WasClean}");

        await client.Closed.InTime();
        await Eventually.IsTrue(() => events.Count == 4);
        Assert.Equal(["open Open", "message hello Open", "closing Closing", "close 1000  Closed True"], events);
        Assert.Null(client.Failure);
    }

    [Theory]
    [InlineData(null, "hello")]
    [InlineData(4000, "bye")]
    public async Task Tells_how_the_server_closed(int? code, string reason)
    {
        await using var test = TestServer.Start(socket =>
        {
            if (code is { } given)
            {
                socket.Close((CloseCode)given, reason);
            }
            else
            {
                socket.Close();
            }
        });
        var client = Connect(test.Network, test.Server.Port);

        await client.Closed.InTime();

        Assert.Equal((code ?? 1005, code is null ? "" : reason, true), ((int?)client.CloseCode, client.CloseReason, client.WasClean));
    }

    [Fact]
    public async Task A_line_that_is_cut_is_an_error_and_1006()
    {
        await using var test = TestServer.Start();
        var client = Connect(test.Network, test.Server.Port);
        var errors = new ConcurrentQueue<string>();
        client.OnError += failure => errors.Enqueue(failure.Message);
        await client.IsOpen();

        Assert.Single(test.Network.Links).Cut();

        await client.Closed.InTime();
        await Eventually.IsTrue(() => !errors.IsEmpty);
        Assert.Equal(CloseCode.AbnormalClosure, client.CloseCode);
        Assert.False(client.WasClean);
    }

    [Fact]
    public async Task Nobody_listening_is_an_error_that_names_the_address_and_1006()
    {
        var listener = Transports.Sockets.SocketTransportFactory.Instance.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        var port = ((IPEndPoint)listener.LocalEndPoint).Port;
        await listener.DisposeAsync();

        var client = new WebSocket($"ws://127.0.0.1:{port}/");

        await client.Closed.InTime();
        Assert.Equal(CloseCode.AbnormalClosure, client.CloseCode);
        Assert.Contains($"127.0.0.1:{port}", client.Failure?.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(client.Failure?.Exception);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_not_an_acceptance_fails_the_connection_and_says_why(string answer, string reason)
    {
        await using var hostile = new HostileServer(answer);
        var client = Connect(hostile.Network, hostile.Port, new WebSocketClientOptions { Protocols = ["mine"] });
        var opened = false;
        client.OnOpen += () => opened = true;

        await client.Closed.InTime();

        Assert.False(opened);
        Assert.Equal((CloseCode.AbnormalClosure, false), (client.CloseCode, client.WasClean));
        Assert.Contains(reason, client.Failure?.Message, StringComparison.Ordinal);
        await (await hostile.Peer).Closed.InTime();
    }

    [Theory]
    [InlineData("818137FA213D56", 1002)]
    [InlineData("8101FF", 1007)]
    [InlineData("F100", 1002)]
    [InlineData("827F0000000040000000", 1009)]
    public async Task A_server_that_breaks_the_protocol_is_told_so_and_the_application_sees_1006(string hex, int code)
    {
        await using var hostile = new HostileServer(Accepted + "\r\n");
        var client = Connect(hostile.Network, hostile.Port);
        var error = new TaskCompletionSource<string>();
        client.OnError += failure => error.SetResult(failure.Message);
        await client.IsOpen();
        var peer = await hostile.Peer;

        peer.Send(Convert.FromHexString(hex));

        Assert.Equal(code, (await peer.NextCloseAsync()).Code);
        peer.Shutdown();
        await client.Closed.InTime();
        Assert.Equal((CloseCode.AbnormalClosure, false), (client.CloseCode, client.WasClean));
        Assert.NotEmpty(await error.Task.InTime());
    }

    [Fact]
    public async Task Frames_behind_the_acceptance_are_not_missed()
    {
        await using var hostile = new HostileServer(Accepted + "\r\n\u0081\u0005hello");
        var client = Connect(hostile.Network, hostile.Port, Patient);
        var message = new TaskCompletionSource<string>();

        client.OnMessage += view => message.SetResult(view.Text);

        Assert.Equal("hello", await message.Task.InTime());
    }

    [Fact]
    public async Task Close_while_connecting_is_CLOSING_at_once_and_then_an_error_and_1006_and_never_open()
    {
        await using var hostile = new HostileServer(answer: null);
        var client = Connect(hostile.Network, hostile.Port);
        var events = new ConcurrentQueue<string>();
        client.OnOpen += () => events.Enqueue("open");
        client.OnError += failure => events.Enqueue($"error: {failure}");
        client.OnClose += (code, _) => events.Enqueue($"close {(int)code}");
        await hostile.Peer;

        client.Close();
        Assert.True(client.ReadyState is ReadyState.Closing or ReadyState.Closed);
        client.Close();

        await Eventually.IsTrue(() => events.Count == 2);
        Assert.Equal(["error: The connection was closed while it was connecting.", "close 1006"], events);
        Assert.Equal(ReadyState.Closed, client.ReadyState);
        await (await hostile.Peer).Closed.InTime();
    }

    [Fact]
    public async Task Close_and_failure_and_success_may_race_and_it_ends_once()
    {
        await using var test = TestServer.Start();
        for (var round = 0; round < 300; round++)
        {
            // Every third one finds nobody there.
            var client = Connect(test.Network, round % 3 == 0 ? 1 : test.Server.Port);
            var ending = Ending.Of(client);
            if (round % 2 == 0)
            {
                client.Close();
            }
            else
            {
                await Task.Yield();
                client.Abort();
            }

            await client.Closed.InTime();
            Assert.True(ending.Count <= 1);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_at_the_connect_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var hostile = new HostileServer(answer: null);
        var client = Connect(hostile.Network, hostile.Port, new WebSocketClientOptions { TimeProvider = clock });
        await hostile.Peer;

        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(ReadyState.Connecting, client.ReadyState);
        clock.Advance(TimeSpan.FromSeconds(2));

        await client.Closed.InTime();
        Assert.Equal(FailureKind.ConnectTimeout, client.Failure?.Kind);
        await (await hostile.Peer).Closed.InTime();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_the_close_is_cut_at_the_close_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var hostile = new HostileServer(Accepted + "\r\n");
        var client = Connect(hostile.Network, hostile.Port, new WebSocketClientOptions { TimeProvider = clock });
        client.OnMessage += _ => { };
        await client.IsOpen();

        client.Close();
        for (var i = 0; i < 14; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        await client.Closed.InTime();
        Assert.Equal((CloseCode.AbnormalClosure, false), (client.CloseCode, client.WasClean));
    }

    [Fact]
    public async Task The_server_ends_the_TCP_connection_and_the_client_waits_for_it()
    {
        await using var hostile = new HostileServer(Accepted + "\r\n");
        var client = Connect(hostile.Network, hostile.Port, Patient);
        client.OnMessage += _ => { };
        await client.IsOpen();
        var peer = await hostile.Peer;

        peer.Send(Frame.Close(1000));

        Assert.Equal(1000, (await peer.NextCloseAsync()).Code);
        await Assert.ThrowsAsync<TimeoutException>(() => peer.Closed.WaitAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken));
        Assert.Equal(ReadyState.Closing, client.ReadyState);
        peer.Shutdown();
        await client.Closed.InTime();
        Assert.Equal((CloseCode.NormalClosure, true), (client.CloseCode, client.WasClean));
    }

    [Fact]
    public async Task A_server_that_closes_and_stays_is_cut_at_the_close_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var hostile = new HostileServer(Accepted + "\r\n");
        var client = Connect(hostile.Network, hostile.Port, new WebSocketClientOptions { TimeProvider = clock, PingInterval = TimeSpan.Zero });
        client.OnMessage += _ => { };
        await client.IsOpen();
        var peer = await hostile.Peer;

        peer.Send(Frame.Close(1000));
        await peer.NextCloseAsync();
        await Eventually.IsTrue(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return peer.Closed.IsCompleted;
        });

        await client.Closed.InTime();
        Assert.Equal((CloseCode.NormalClosure, true), (client.CloseCode, client.WasClean));
    }

    [Fact]
    public async Task Having_failed_it_ends_the_TCP_connection_and_does_not_try_again()
    {
        var clock = new FakeTimeProvider();
        await using var hostile = new HostileServer(Accepted + "\r\n");
        var client = Connect(hostile.Network, hostile.Port, new WebSocketClientOptions { TimeProvider = clock });
        client.OnMessage += _ => { };
        await client.IsOpen();
        var peer = await hostile.Peer;

        peer.Send(Convert.FromHexString("F100"));

        Assert.Equal(1002, (await peer.NextCloseAsync()).Code);
        await peer.Closed.InTime();
        await client.Closed.InTime();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, hostile.Connections);
    }

    [Fact]
    public async Task Each_connection_has_a_key_of_its_own_of_16_bytes()
    {
        await using var test = TestServer.Start();
        var keys = new ConcurrentQueue<string>();
        test.Server.OnConnection += (_, request) => keys.Enqueue(request.Header("Sec-WebSocket-Key")!);

        for (var i = 0; i < 20; i++)
        {
            Connect(test.Network, test.Server.Port);
        }

        await Eventually.IsTrue(() => keys.Count == 20);
        Assert.Equal(20, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(16, Convert.FromBase64String(key).Length));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(3000, true)]
    [InlineData(4999, true)]
    [InlineData(1001, false)]
    [InlineData(1005, false)]
    [InlineData(2999, false)]
    [InlineData(5000, false)]
    public async Task Close_takes_1000_and_3000_to_4999(int code, bool isAllowed)
    {
        await using var hostile = new HostileServer(answer: null);
        var client = Connect(hostile.Network, hostile.Port);

        var problem = Record.Exception(() => client.Close((CloseCode)code));

        Assert.Equal(isAllowed, problem is null);
        Assert.True(isAllowed || problem is InvalidAccessErrorException);
        client.Abort();
        await client.Closed.InTime();
    }

    [Fact]
    public async Task Send_before_it_is_open_is_an_InvalidStateError_and_after_the_end_answers_false()
    {
        await using var hostile = new HostileServer(answer: null);
        var client = Connect(hostile.Network, hostile.Port);

        Assert.Throws<InvalidStateErrorException>(() => client.Send("x"));
        Assert.Throws<InvalidStateErrorException>(() => client.Send([1]));

        client.Abort();
        await client.Closed.InTime();
        Assert.False(client.Send("x"));
    }

    [Fact]
    public async Task OnOpen_attached_late_is_raised_all_the_same()
    {
        await using var test = TestServer.Start();
        var client = Connect(test.Network, test.Server.Port);
        await client.IsOpen();
        var opened = new TaskCompletionSource();

        // The state is open a moment before the event is raised: once, whichever comes first.
        client.OnOpen += () => opened.TrySetResult();

        await opened.Task.InTime();
    }

    [Theory]
    [InlineData("OnOpen", false)]
    [InlineData("OnOpen", true)]
    [InlineData("OnOpen, late", false)]
    [InlineData("OnOpen, late", true)]
    [InlineData("OnMessage", false)]
    public async Task CVE_2024_38355_a_handler_that_throws_ends_the_connection_and_not_the_process(string where, bool isAsyncVoid)
    {
        await using var test = TestServer.Start(socket => socket.Send("hello"));
        var client = Connect(test.Network, test.Server.Port, where == "OnMessage" ? Patient : null);
        switch (where)
        {
            case "OnOpen":
                client.OnOpen += Thrower(isAsyncVoid);
                break;
            case "OnMessage":
                client.OnMessage += _ => throw new InvalidTimeZoneException();
                break;
            default:
                await client.IsOpen();
                client.OnMessage += _ => { };
                client.OnOpen += Thrower(isAsyncVoid);
                break;
        }

        await client.Closed.InTime();
        Assert.IsType<InvalidTimeZoneException>(client.Failure?.Exception);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CVE_2024_38355_a_handler_that_throws_when_the_connection_fails_ends_nothing_else(bool isAsyncVoid)
    {
        using var log = new CapturedLog();
        var answer = new TaskCompletionSource();
        await using var hostile = new HostileServer("HTTP/1.1 200 OK\r\n\r\n", answer.Task);
        var client = Connect(hostile.Network, hostile.Port, new WebSocketClientOptions { Logger = log });
        client.OnError += _ => Thrower(isAsyncVoid)();
        client.OnClose += (_, _) => Thrower(isAsyncVoid)();
        answer.SetResult();

        await client.Closed.InTime();

        await Eventually.IsTrue(() => log.Has(1004));
        var closed = Connect(hostile.Network, hostile.Port, new WebSocketClientOptions { Logger = log });
        closed.OnClose += (_, _) => Thrower(isAsyncVoid)();
        closed.Close();
        await closed.Closed.InTime();
    }

    [Theory]
    [InlineData("ws://host", "ws://host/", "/", "host", 80)]
    [InlineData("ws://host:80/", "ws://host/", "/", "host", 80)]
    [InlineData("ws://host:8080/a/b?c=d", "ws://host:8080/a/b?c=d", "/a/b?c=d", "host:8080", 8080)]
    [InlineData("http://host/x", "ws://host/x", "/x", "host", 80)]
    [InlineData("http://host:443/x", "ws://host:443/x", "/x", "host:443", 443)]
    [InlineData("https://host/x", "wss://host/x", "/x", "host", 443)]
    [InlineData("wss://host:443", "wss://host/", "/", "host", 443)]
    [InlineData("WS://HOST/Path", "ws://host/Path", "/Path", "host", 80)]
    [InlineData("ws://[::1]:9000/", "ws://[::1]:9000/", "/", "[::1]:9000", 9000)]
    [InlineData("ws://[::1]/", "ws://[::1]/", "/", "[::1]", 80)]
    [InlineData("ws://127.0.0.1:1/", "ws://127.0.0.1:1/", "/", "127.0.0.1:1", 1)]
    [InlineData("ws://host/a b", "ws://host/a%20b", "/a%20b", "host", 80)]
    [InlineData("ws://host/?q=%23", "ws://host/?q=%23", "/?q=%23", "host", 80)]
    public void A_url_is_parsed_and_serialized(string url, string serialized, string target, string host, int port)
    {
        var parsed = new ServerUrl(url);

        Assert.Equal((serialized, target, host), (parsed.ToString(), parsed.Target, parsed.Host));
        Assert.Equal(port, parsed.EndPoint switch { IPEndPoint ip => ip.Port, DnsEndPoint dns => dns.Port, _ => 0 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:80")]
    [InlineData("/path")]
    [InlineData("ftp://host/")]
    [InlineData("ws://")]
    [InlineData("ws://host/#fragment")]
    [InlineData("ws://host/#")]
    [InlineData("ws://host:99999/")]
    public void A_url_that_is_not_one_of_a_WebSocket_is_a_SyntaxError(string url) =>
        Assert.Throws<SyntaxErrorException>(() => new WebSocket(url));

    [Fact]
    public void Subprotocols_must_be_unique_tokens()
    {
        Assert.Throws<SyntaxErrorException>(() => new WebSocket("ws://host", "a", "a"));
        Assert.Throws<SyntaxErrorException>(() => new WebSocket("ws://host", "a b"));
        Assert.Throws<SyntaxErrorException>(() => new WebSocket("ws://host", ""));
    }

    [Fact]
    public async Task The_request_carries_the_headers_and_subprotocols_of_the_options()
    {
        WebSocketRequest? seen = null;
        await using var test = TestServer.Start(
            server => server.OnConnection += (_, request) => seen = request, new WebSocketServerOptions { Subprotocols = ["b"] });
        var client = new WebSocket($"ws://localhost:{test.Server.Port}/p?q=1", new WebSocketClientOptions
        {
            Transport = test.Network,
            Protocols = ["a", "b"],
            Headers = new Dictionary<string, string> { ["X-Name"] = "value" },
        });
        await client.IsOpen();

        await Eventually.IsTrue(() => seen is not null);
        Assert.Equal(("/p", "1", "value", $"localhost:{test.Server.Port}"), (seen!.Path, seen.Query["q"], seen.Header("X-Name"), seen.Host));
        Assert.Equal("b", client.Protocol);
        client.Abort();
    }

    private static WebSocket Connect(ITransportFactory network, int port, WebSocketClientOptions? options = null) =>
        new($"ws://localhost:{port}/", (options ?? new WebSocketClientOptions()) with { Transport = network });

    private static Action Thrower(bool isAsyncVoid)
    {
        if (!isAsyncVoid)
        {
            return () => throw new InvalidTimeZoneException();
        }

        return async () =>
        {
            await Task.Yield();
            throw new InvalidTimeZoneException();
        };
    }
}
