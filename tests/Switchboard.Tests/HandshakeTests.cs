using System.Text;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests;

/// <summary>Who gets in, who does not, and what they are told.</summary>
public sealed class HandshakeTests
{
    private const string Valid = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "GET ", "POST ", "405 Method Not Allowed" },
        { "HTTP/1.1", "HTTP/1.0", "400 Bad Request" },
        { "GET / HTTP/1.1", "nonsense", "400 Bad Request" },
        { "Host: localhost\r\n", "", "400 Bad Request" },
        { "Upgrade: websocket\r\n", "", "426 Upgrade Required" },
        { "Connection: Upgrade\r\n", "", "400 Bad Request" },
        { "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", "400 Bad Request" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "400 Bad Request" },
        { "Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 7", "426 Upgrade Required" },
        { "Host: localhost\r\n", "Host: localhost\r\nContent-Length: 5\r\n", "400 Bad Request" },
        { "GET / ", "GET /elsewhere ", "404 Not Found" },
        { "Host: localhost\r\n", "Host: localhost\r\nOrigin: https://evil.example\r\n", "403 Forbidden" },
        { "Host: localhost\r\n", "Host: localhost\r\nX: {9000}\r\n", "431 Request Header Fields Too Large" },
        { "Host: localhost\r\n", "Host: localhost\r\nSec-WebSocket-Protocol: \u00E9\r\n", "400 Bad Request" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Is_refused_with_its_status_and_the_connection_ends(string from, string to, string status)
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { Path = "/" });
        var peer = await test.ConnectAsync();
        to = to.Replace("{9000}", new string('x', 9000), StringComparison.Ordinal);

        peer.Send(Valid.Replace(from, to, StringComparison.Ordinal));

        var head = await peer.Head.InTime();
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", head, StringComparison.Ordinal);
        Assert.Matches("\r\nConnection: close(, Upgrade)?\r\n", head);
        await peer.Closed.InTime();
        Assert.Null(peer.Fault);
        Assert.True(test.Log.Has(1102));
        Assert.Empty(test.Server.Clients);
    }

    [Theory]
    [InlineData("http://xn---\u00DFxn--", "xn--1")]
    [InlineData("http://[::1", "localhost")]
    [InlineData("http://", "localhost")]
    [InlineData("://", "a:b:c")]
    [InlineData("http://a\u00ADb", "%00")]
    public void A_host_that_only_looks_like_one_is_foreign_and_harms_nothing(string origin, string host)
    {
        Assert.False(OriginPolicy.SameHost.Allows(origin, host));
        Assert.False(OriginPolicy.SameHostAnd("https://good.example").Allows(origin, host));
    }

    [Fact]
    public void No_origin_and_host_make_the_policy_throw()
    {
        const string Characters = "xn--\u00DF\u00AD\u0130a1.:/[]%@?#\\ \u3002\uFF0E";
        var random = new Random(4711);
        string Text() => new([.. Enumerable.Range(0, random.Next(0, 14)).Select(_ => Characters[random.Next(Characters.Length)])]);
        for (var i = 0; i < 20_000; i++)
        {
            var (origin, host) = ($"http://{Text()}", Text());
            Assert.True(OriginPolicy.SameHost.Allows(origin, host) is var allowed && (!allowed || host.Length > 0), $"{origin} {host}");
        }
    }

    [Fact]
    public async Task In_another_version_is_told_ours()
    {
        await using var test = TestServer.Start();
        var peer = await test.ConnectAsync();

        peer.Send(Valid.Replace("Version: 13", "Version: 8", StringComparison.Ordinal));

        Assert.Contains("Sec-WebSocket-Version: 13\r\n", await peer.Head.InTime(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_2000_headers_is_refused_with_431()
    {
        await using var test = TestServer.Start();
        var peer = await test.ConnectAsync();

        peer.Send(Valid.Replace("\r\n\r\n", "\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"X{i}: y\r\n")) + "\r\n", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 431 ", await peer.Head.InTime(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/chat", true)]
    [InlineData("/chat?room=1", true)]
    [InlineData("http://localhost/chat?room=1", true)]
    [InlineData("/", false)]
    [InlineData("/chat/", false)]
    [InlineData("/Chat", false)]
    [InlineData("/?/chat", false)]
    public async Task Asks_for_the_path_of_the_options(string target, bool isServed)
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { Path = "/chat" });
        var peer = await test.ConnectAsync();

        peer.Send(RawPeer.Request(target));

        Assert.StartsWith(isServed ? "HTTP/1.1 101 " : "HTTP/1.1 404 ", await peer.Head.InTime(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SameHost", null, true)]
    [InlineData("SameHost", "http://good.com", true)]
    [InlineData("SameHost", "https://good.com", true)]
    [InlineData("SameHost", "http://GOOD.com", true)]
    [InlineData("SameHost", "http://good.com:8080", false)]
    [InlineData("SameHost", "http://good.com.evil.com", false)]
    [InlineData("SameHost", "http://evilgood.com", false)]
    [InlineData("SameHost", "http://sub.good.com", false)]
    [InlineData("SameHost", "http://good.com@evil.com", false)]
    [InlineData("SameHost", "null", false)]
    [InlineData("SameHost", "file://", false)]
    [InlineData("SameHost", "nonsense", false)]
    [InlineData("Only", "https://app.example", true)]
    [InlineData("Only", "http://good.com", true)]
    [InlineData("Only", "http://app.example", false)]
    [InlineData("Only", "https://app.example:444", false)]
    [InlineData("Only", "https://app.example.evil.com", false)]
    [InlineData("Only", "null", false)]
    [InlineData("Only", null, true)]
    [InlineData("Any", "https://evil.com", true)]
    [InlineData("Any", "null", true)]
    public async Task From_a_page_is_allowed_or_refused_by_its_origin(string policy, string? origin, bool isAllowed)
    {
        var origins = policy switch
        {
            "Any" => OriginPolicy.Any,
            "Only" => OriginPolicy.SameHostAnd("https://app.example"),
            _ => OriginPolicy.SameHost,
        };
        await using var test = TestServer.Start(options: new WebSocketServerOptions { Origins = origins });
        var peer = await test.ConnectAsync();

        peer.Send(Valid.Replace("Host: localhost\r\n", "Host: good.com\r\n" + (origin is null ? "" : $"Origin: {origin}\r\n"), StringComparison.Ordinal));

        Assert.StartsWith(isAllowed ? "HTTP/1.1 101 " : "HTTP/1.1 403 ", await peer.Head.InTime(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_an_origin_cannot_be_allowed() =>
        Assert.Throws<ArgumentException>(() => OriginPolicy.SameHostAnd("example.com"));

    [Fact]
    public async Task Chooses_the_first_subprotocol_of_the_client_that_is_spoken_here()
    {
        var socket = new TaskCompletionSource<ServerWebSocket>();
        await using var test = TestServer.Start(socket.SetResult, new WebSocketServerOptions { Subprotocols = ["two", "three"] });

        var peer = await test.OpenAsync(headers: "Sec-WebSocket-Protocol: one, three, two\r\n");

        Assert.Contains("Sec-WebSocket-Protocol: three\r\n", await peer.Head, StringComparison.Ordinal);
        Assert.Equal("three", (await socket.Task.InTime()).Protocol);
    }

    [Fact]
    public async Task Is_without_a_subprotocol_when_none_is_common()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { Subprotocols = ["two"] });

        var peer = await test.OpenAsync(headers: "Sec-WebSocket-Protocol: one\r\n");

        Assert.DoesNotContain("Sec-WebSocket-Protocol", await peer.Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hook_sees_the_request(bool isAsync)
    {
        WebSocketRequest? seen = null;
        await using var test = TestServer.Start(options: Hooked(async request =>
        {
            seen = request;
            if (isAsync)
            {
                await Task.Yield();
            }

            return HandshakeDecision.Accept;
        }));

        await test.OpenAsync("/a%20b?name=J%C3%B6rg+K&x&name=2", "Cookie: a=1\r\nSec-WebSocket-Protocol: p, q\r\n");

        Assert.NotNull(seen);
        Assert.Equal(("/a%20b", "?name=J%C3%B6rg+K&x&name=2"), (seen.Path, seen.QueryString));
        Assert.Equal(("Jörg K", ""), (seen.Query["name"], seen.Query["x"]));
        Assert.Equal(("a=1", "localhost", null), (seen.Header("cookie"), seen.Host, seen.Origin));
        Assert.Equal(["p", "q"], seen.Subprotocols);
        Assert.NotNull(seen.RemoteEndPoint);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hook_refuses_with_its_status_and_sentence(bool isAsync)
    {
        await using var test = TestServer.Start(options: Hooked(async _ =>
        {
            if (isAsync)
            {
                await Task.Yield();
            }

            return HandshakeDecision.Refuse(401, "Who are you?");
        }));
        var peer = await test.ConnectAsync();

        peer.Send(Encoding.ASCII.GetBytes(Valid).Concat(Frame.OfText("smuggled").ToBytes(isMasked: true)).ToArray());

        Assert.StartsWith("HTTP/1.1 401 Unauthorized\r\n", await peer.Head.InTime(), StringComparison.Ordinal);
        await peer.Closed.InTime();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hook_that_throws_is_500_and_logged(bool isAsync)
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions
        {
            OnHandshake = (_, _) => isAsync ? ThrowLater() : throw new InvalidTimeZoneException(),
        });
        var peer = await test.ConnectAsync();

        peer.Send(Valid);

        Assert.StartsWith("HTTP/1.1 500 ", await peer.Head.InTime(), StringComparison.Ordinal);
        await Eventually.IsTrue(() => test.Log.Has(1103));

        static async ValueTask<HandshakeDecision> ThrowLater()
        {
            await Task.Yield();
            throw new InvalidTimeZoneException();
        }
    }

    [Theory]
    [InlineData("q", "101")]
    [InlineData("other", "500")]
    [InlineData("q\r\nSet-Cookie: evil=1", "500")]
    public async Task A_hook_may_choose_a_subprotocol_of_those_that_were_offered(string choice, string status)
    {
        await using var test = TestServer.Start(options: Hooked(_ => new(HandshakeDecision.AcceptWith(choice))));
        var peer = await test.ConnectAsync();

        peer.Send(RawPeer.Request("/", "Sec-WebSocket-Protocol: p, q\r\n"));

        var head = await peer.Head.InTime();
        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_that_come_while_a_hook_decides_are_kept_in_order()
    {
        var decision = new TaskCompletionSource<HandshakeDecision>();
        await using var test = TestServer.Start(
            socket => socket.OnMessage += message => socket.Send(message), Hooked(async _ => await decision.Task));
        var peer = await test.ConnectAsync();
        peer.Send([.. Encoding.ASCII.GetBytes(Valid), .. Frame.OfText("behind the request").ToBytes(isMasked: true)]);
        for (var i = 0; i < 100; i++)
        {
            peer.Send(Frame.OfText($"{i}"));
        }

        decision.SetResult(HandshakeDecision.Accept);

        Assert.Equal("behind the request", await peer.NextTextAsync());
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"{i}", await peer.NextTextAsync());
        }
    }

    [Fact]
    public async Task A_hook_that_decides_while_the_request_is_still_being_handed_up_leaves_reading_as_it_should_be()
    {
        // A resume that found no pause would cancel the next one, and a slow handler would no longer hold its sender back.
        for (var round = 0; round < 200; round++)
        {
            var gate = new TaskCompletionSource();
            var started = new TaskCompletionSource();
            await using var test = TestServer.Start(
                socket => socket.OnMessageAsync += async _ =>
                {
                    started.TrySetResult();
                    await gate.Task;
                },
                Hooked(static async _ =>
                {
                    await Task.Yield();
                    return HandshakeDecision.Accept;
                }),
                new MemoryNetwork { Capacity = 1000 });
            var peer = await test.OpenAsync("/", "", Frame.OfText("go"));
            await started.Task.InTime();

            for (var i = 0; i < 20; i++)
            {
                peer.Send(Frame.OfText(new string('x', 500)));
            }

            // Two parcels at most are on their way into a connection that reads no more; the line holds two of them, too.
            Assert.InRange(peer.Unsent, 5000, 20_000);
            gate.SetResult();
            await Eventually.IsTrue(() => peer.Unsent == 0);
        }
    }

    [Fact]
    public async Task A_client_that_goes_while_a_hook_decides_becomes_no_ghost()
    {
        var decision = new TaskCompletionSource<HandshakeDecision>();
        var asked = new TaskCompletionSource();
        await using var test = TestServer.Start(options: Hooked(async _ =>
        {
            asked.SetResult();
            return await decision.Task;
        }));
        var peer = await test.ConnectAsync();
        peer.Send(Valid);
        await asked.Task.InTime();

        peer.Abort();
        decision.SetResult(HandshakeDecision.Accept);

        await Eventually.IsTrue(() => test.Server.Clients.Count == 0);
        await test.Server.StopAsync(TestContext.Current.CancellationToken).InTime();
    }

    [Fact]
    public async Task A_hook_that_is_too_slow_is_cancelled_at_the_deadline_and_lets_nobody_in_after()
    {
        var decision = new TaskCompletionSource<HandshakeDecision>();
        var asked = new TaskCompletionSource<CancellationToken>();
        var connections = 0;
        await using var test = TestServer.Start(
            (ServerWebSocket _) => Interlocked.Increment(ref connections),
            new WebSocketServerOptions
            {
                OnHandshake = (_, token) =>
                {
                    asked.SetResult(token);
                    return new(decision.Task);
                },
            });
        var peer = await test.ConnectAsync();
        peer.Send(Valid);
        var token = await asked.Task.InTime();

        test.Pass(9);
        Assert.False(token.IsCancellationRequested);
        test.Pass(2);
        await Eventually.IsTrue(() => token.IsCancellationRequested);
        Assert.StartsWith("HTTP/1.1 503 ", await peer.Head.InTime(), StringComparison.Ordinal);
        decision.SetResult(HandshakeDecision.Accept);

        await peer.Closed.InTime();
        Assert.Equal(0, connections);
        Assert.Empty(test.Server.Clients);
    }

    [Fact]
    public async Task Silence_is_answered_with_408_at_the_deadline()
    {
        await using var test = TestServer.Start();
        var peer = await test.ConnectAsync();

        test.Pass(9);
        Assert.False(peer.Head.IsCompleted);
        test.Pass(2);

        Assert.StartsWith("HTTP/1.1 408 ", await peer.Head.InTime(), StringComparison.Ordinal);
        await peer.Closed.InTime();
    }

    [Fact]
    public async Task Slowloris_is_answered_with_408_at_the_deadline()
    {
        await using var test = TestServer.Start();
        var peer = await test.ConnectAsync();

        foreach (var letter in Encoding.ASCII.GetBytes(Valid).Take(12))
        {
            peer.Send(letter);
            test.Pass(1);
        }

        Assert.StartsWith("HTTP/1.1 408 ", await peer.Head.InTime(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_was_refused_and_does_not_go_is_cut()
    {
        await using var test = TestServer.Start();
        var peer = await test.ConnectAsync();
        Assert.Single(test.Network.Links).FallSilent();
        test.Pass(11);

        test.Pass(6);

        await test.Server.StopAsync(TestContext.Current.CancellationToken).InTime();
        Assert.Single(test.Network.Links).Recover();
        await peer.Closed.InTime();
        Assert.NotNull(peer.Fault);
    }

    [Fact]
    public async Task After_the_handshake_its_deadline_is_forgotten()
    {
        await using var test = TestServer.Start(socket => socket.OnMessage += message => socket.Send(message));
        var peer = await test.OpenAsync();

        test.Pass(20);
        peer.Send(Frame.OfText("still here"));

        Assert.Equal("still here", await peer.NextTextAsync());
    }

    [Fact]
    public async Task A_zero_timeout_means_no_deadline()
    {
        await using var test = TestServer.Start(options: new WebSocketServerOptions { HandshakeTimeout = TimeSpan.Zero });
        var peer = await test.ConnectAsync();

        test.Pass(100);
        peer.Send(Valid);

        Assert.StartsWith("HTTP/1.1 101 ", await peer.Head.InTime(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_behind_a_refused_request_reach_nobody()
    {
        var connections = 0;
        var hooks = 0;
        await using var test = TestServer.Start(
            (ServerWebSocket _) => Interlocked.Increment(ref connections),
            Hooked(_ =>
            {
                Interlocked.Increment(ref hooks);
                return new(HandshakeDecision.Accept);
            }));
        var peer = await test.ConnectAsync();

        peer.Send(Valid.Replace("Version: 13", "Version: 8", StringComparison.Ordinal) + Valid);
        peer.Send(Valid);

        Assert.StartsWith("HTTP/1.1 426 ", await peer.Head.InTime(), StringComparison.Ordinal);
        await peer.Closed.InTime();
        Assert.Equal((0, 0), (connections, hooks));
    }

    private static WebSocketServerOptions Hooked(Func<WebSocketRequest, ValueTask<HandshakeDecision>> hook) =>
        new() { OnHandshake = (request, _) => hook(request) };
}
