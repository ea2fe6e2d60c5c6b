using System.Net;
using System.Text;
using Switchboard.Tests.Support;
using Switchboard.Tests.Tls;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Proxies;

/// <summary>A server behind a proxy that tells of its clients before their first byte (HAProxy, "The PROXY protocol").</summary>
public sealed class ProxyProtocolTests
{
    private const string Client = "192.0.2.7:4711";
    private const int Cut = 1106;

    private static readonly WebSocketServerOptions Behind = new()
    {
        Proxies = new ProxyOptions { Trusted = [IPNetwork.Parse("127.0.0.0/8")], ProxyProtocol = true },
    };

    public static TheoryData<string, byte[]> Headers => new()
    {
        { Client, ProxyWords.Line(Client) },
        { "[2001:db8::7]:4711", ProxyWords.Line("[2001:db8::7]:4711") },
        { Client, ProxyWords.Binary(Client) },
        { "[2001:db8::7]:4711", ProxyWords.Binary("[2001:db8::7]:4711") },
        { Client, ProxyWords.Binary(Client, tlvBytes: 1000) },
    };

    public static TheoryData<byte[]> Garbage => new()
    {
        Encoding.ASCII.GetBytes(RawPeer.Request()),
        "PROXY TCP4 192.0.2.7 198.51.100.1 4711\r\n"u8.ToArray(),
        "PROXY TCP4 192.0.2.7 198.51.100.1 4711 99999\r\n"u8.ToArray(),
        Encoding.ASCII.GetBytes($"PROXY TCP4 {new string('1', 200)}"),
        ProxyWords.Binary(command: 7, family: 0x11, new byte[12]),
        ProxyWords.Binary(command: 1, family: 0x11, new byte[5000]),
        ProxyWords.Binary(command: 1, family: 0x11, new byte[4]),
        new byte[] { 0x16, 3, 1, 2, 0 },
        new byte[] { 0 },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task The_client_is_whom_the_header_names(string client, byte[] header)
    {
        WebSocketRequest? request = null;
        await using var test = TestServer.Start(server => server.OnConnection += (socket, asked) =>
        {
            request = asked;
            socket.OnMessage += message => socket.Send($"{message.Text} {socket.RemoteEndPoint}");
        }, Behind);
        var peer = await test.ConnectAsync();

        // All in one packet.
        peer.Send([.. header, .. Encoding.ASCII.GetBytes(RawPeer.Request()), .. Frame.OfText("hello").ToBytes(isMasked: true)]);

        Assert.Equal($"hello {client}", await peer.NextTextAsync());
        Assert.Equal(client, request?.RemoteEndPoint?.ToString());
        Assert.False(request!.IsSecure);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task The_header_may_come_byte_by_byte(string client, byte[] header)
    {
        await using var test = TestServer.Start(
            socket => socket.Send($"{socket.RemoteEndPoint}"), Behind, new MemoryNetwork { Split = static _ => 1 });
        var peer = await test.ConnectAsync();

        peer.Send([.. header, .. Encoding.ASCII.GetBytes(RawPeer.Request())]);

        Assert.Equal(client, await peer.NextTextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_with_the_end_of_a_header_is_the_clients(bool isDecidedLater)
    {
        var deciding = new TaskCompletionSource<HandshakeDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource<WebSocketRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = Behind with
        {
            OnHandshake = (request, _) =>
            {
                asked.SetResult(request);
                return isDecidedLater ? new(deciding.Task) : new(HandshakeDecision.Accept);
            },
        };
        var pieces = 0;
        var network = new MemoryNetwork { Split = available => Interlocked.Increment(ref pieces) == 1 ? 10 : available };
        await using var test = TestServer.Start(
            socket => socket.OnMessage += message => socket.Send($"{message.Text} {socket.RemoteEndPoint}"), options, network);
        var peer = await test.ConnectAsync();

        // The first ten bytes, and then all else.
        peer.Send([.. ProxyWords.Line(Client), .. Encoding.ASCII.GetBytes(RawPeer.Request()), .. Frame.OfText("early").ToBytes(isMasked: true)]);
        Assert.Equal(Client, (await asked.Task.InTime()).RemoteEndPoint?.ToString());
        deciding.SetResult(HandshakeDecision.Accept);

        Assert.Equal($"early {Client}", await peer.NextTextAsync());
    }

    [Fact]
    public async Task The_proxys_own_connection_has_its_own_address()
    {
        await using var test = TestServer.Start(socket => socket.Send($"{socket.RemoteEndPoint}"), Behind);
        foreach (var header in (byte[][])[ProxyWords.Local(), [.. "PROXY UNKNOWN\r\n"u8], [.. "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"u8]])
        {
            var peer = await test.ConnectAsync();
            peer.Send([.. header, .. Encoding.ASCII.GetBytes(RawPeer.Request())]);

            Assert.StartsWith("127.0.0.1:", await peer.NextTextAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task What_is_no_header_is_cut_without_a_word(byte[] garbage)
    {
        await using var test = TestServer.Start(options: Behind);
        var peer = await test.ConnectAsync();

        peer.Send(garbage);

        await peer.Closed.InTime();
        Assert.True(peer.Head.IsFaulted);
        Assert.Contains("does not begin with a header", Assert.Single(test.Log.TextsOf(Cut)), StringComparison.Ordinal);
        Assert.Empty(test.Server.Clients);
    }

    [Fact]
    public async Task A_header_that_is_cut_short_is_waited_for_and_forgotten_with_its_connection()
    {
        await using var test = TestServer.Start(options: Behind);
        var header = ProxyWords.Binary(Client, tlvBytes: 20);
        for (var length = 0; length < header.Length; length++)
        {
            var peer = await test.ConnectAsync();
            peer.Send(header[..length]);
            peer.Shutdown();
            await peer.Closed.InTime();
        }

        Assert.False(test.Log.Has(Cut));
        await test.Server.StopAsync(TestContext.Current.CancellationToken).InTime(); // Which waits for handshakes.
    }

    [Theory]
    [InlineData("")]
    [InlineData("PROXY TCP4 192.0.2.7")]
    public async Task Who_is_silent_is_cut_at_the_handshakes_deadline(string beginning)
    {
        await using var test = TestServer.Start(options: Behind);
        var peer = await test.ConnectAsync();
        peer.Send(beginning);

        await Eventually.IsTrue(() =>
        {
            test.Pass(1);
            return peer.Closed.IsCompleted;
        });

        Assert.True(peer.Head.IsFaulted);
        Assert.Contains("in time", Assert.Single(test.Log.TextsOf(Cut)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_silent_behind_the_header_is_told_at_the_same_deadline()
    {
        await using var test = TestServer.Start(options: Behind);
        var peer = await test.ConnectAsync();
        peer.Send(ProxyWords.Line(Client));

        await Eventually.IsTrue(() =>
        {
            test.Pass(1);
            return peer.Head.IsCompleted;
        });

        Assert.StartsWith("HTTP/1.1 408 ", await peer.Head, StringComparison.Ordinal);
        Assert.Contains(Client, Assert.Single(test.Log.TextsOf(1102)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_headers()
    {
        await using var test = TestServer.Start(options: Behind);
        var peer = await test.ConnectAsync();
        peer.Send("PROXY "u8.ToArray());

        await test.Server.StopAsync(TestContext.Current.CancellationToken).InTime();

        await peer.Closed.InTime();
    }

    [Fact]
    public async Task A_stranger_is_cut_whatever_it_says()
    {
        var options = Behind with { Proxies = Behind.Proxies! with { Trusted = [IPNetwork.Parse("10.0.0.0/8")] } };
        await using var test = TestServer.Start(options: options);
        var peer = await test.ConnectAsync();

        peer.Send([.. ProxyWords.Line("10.0.0.1:80"), .. Encoding.ASCII.GetBytes(RawPeer.Request())]);

        await peer.Closed.InTime();
        Assert.True(peer.Head.IsFaulted);
        Assert.Contains("only proxies", Assert.Single(test.Log.TextsOf(Cut)), StringComparison.Ordinal);
        Assert.Empty(test.Server.Clients);
    }

    [Fact]
    public async Task A_server_that_is_told_of_no_proxy_takes_the_header_for_a_bad_request()
    {
        await using var test = TestServer.Start();
        foreach (var header in (byte[][])[ProxyWords.Line(Client), ProxyWords.Binary(Client)])
        {
            var peer = await test.ConnectAsync();
            peer.Send([.. header, .. Encoding.ASCII.GetBytes(RawPeer.Request())]);

            Assert.StartsWith("HTTP/1.1 400 ", await peer.Head.InTime(), StringComparison.Ordinal);
        }

        Assert.Empty(test.Server.Clients);
    }

    // ---- Over TLS, and real transports

    [Theory]
    [InlineData("Memory", true)]
    [InlineData("Memory", false)]
    [InlineData("Sockets", true)]
    [InlineData("Sockets", false)]
    [InlineData("Epoll", true)]
    [InlineData("Epoll", false)]
    public async Task The_header_comes_before_TLS(string transport, bool isApart)
    {
        var network = Secure.FactoryOf(transport);
        WebSocketRequest? request = null;
        await using var secure = Secure.Start(network, (socket, asked) =>
        {
            request = asked;
            socket.OnMessage += message => socket.Send(message);
        }, Behind with { Host = "127.0.0.1" });
        var options = new WebSocketClientOptions
        {
            Transport = new ProxiedNetwork(network, ProxyWords.Binary(Client, tlvBytes: 300), isApart),
            Tls = Secure.Trusting,
        };
        var client = new WebSocket($"wss://localhost:{secure.Server.Port}/", options);
        await client.IsOpen();
        var payload = new byte[20_000];
        Random.Shared.NextBytes(payload);
        var answers = client.Messages.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        client.Send(payload);

        Assert.True(await answers.MoveNextAsync().InTime());
        Assert.Equal(payload, answers.Current.Data);
        Assert.Equal(Client, request?.RemoteEndPoint?.ToString());
        Assert.True(request!.IsSecure);
        client.Abort();
    }

    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task The_header_comes_before_HTTP_on_real_transports(string transport)
    {
        var network = Secure.FactoryOf(transport);
        await using var server = new WebSocketServer(Behind with { Host = "127.0.0.1", Transport = network });
        server.OnConnection += (socket, _) => socket.Send($"{socket.RemoteEndPoint}");
        server.Start();

        var peer = await RawPeer.ConnectAsync(new ProxiedNetwork(network, ProxyWords.Line(Client), isApart: true), server.Port);
        peer.Send(RawPeer.Request());

        Assert.Equal(Client, await peer.NextTextAsync());
    }

    [Fact]
    public async Task Plain_text_behind_the_header_of_a_port_for_TLS_is_told_so()
    {
        await using var test = TestServer.Start(options: Behind with { Tls = Secure.Usual });
        var peer = await test.ConnectAsync();

        peer.Send([.. ProxyWords.Line(Client), .. Encoding.ASCII.GetBytes(RawPeer.Request())]);

        Assert.StartsWith("HTTP/1.1 400 ", await peer.Head.InTime(), StringComparison.Ordinal);
        await Eventually.IsTrue(() => test.Log.Has(1150));
        Assert.Contains(Client, Assert.Single(test.Log.TextsOf(1150)), StringComparison.Ordinal);
    }

    // ---- Limits

    [Fact]
    public async Task Limits_are_the_clients_and_not_the_proxys()
    {
        var limits = new AddressLimits { MaxConnections = 1, MaxHandshakesPerSecond = 0, AppliesToLoopback = true };
        await using var test = TestServer.Start(options: Behind with { PerAddress = limits });
        async Task<RawPeer> KnockAsync(byte[] header)
        {
            var peer = await test.ConnectAsync();
            peer.Send([.. header, .. Encoding.ASCII.GetBytes(RawPeer.Request())]);
            await peer.Head.InTime();
            return peer;
        }

        static void Got(int status, string head) => Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);

        var first = await KnockAsync(ProxyWords.Line(Client));
        Got(101, await first.Head);
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();
        Got(503, await (await KnockAsync(ProxyWords.Line("192.0.2.7:1"))).Head);
        Got(101, await (await KnockAsync(ProxyWords.Line("192.0.2.8:1"))).Head);
        Got(101, await (await KnockAsync(ProxyWords.Local())).Head);
        Got(101, await (await KnockAsync(ProxyWords.Local())).Head);

        first.Abort();
        await socket.Closed.InTime();
        Got(101, await (await KnockAsync(ProxyWords.Line(Client))).Head);
    }

    [Fact]
    public async Task A_flood_of_one_client_is_cut()
    {
        var limits = new AddressLimits { MaxConnections = 1, MaxHandshakesPerSecond = 0 };
        await using var server = new WebSocketServer(Behind with { Host = "127.0.0.1", PerAddress = limits });
        server.Start();
        var clients = new List<BlockingClient>();
        BlockingClient Knock()
        {
            var client = BlockingClient.Connect(server.Port);
            clients.Add(client);
            client.Send([.. ProxyWords.Line(Client), .. Encoding.ASCII.GetBytes(RawPeer.Request())]);
            return client;
        }

        var status = new byte["HTTP/1.1 101 ".Length];
        Knock().Receive(status);
        Assert.Equal("HTTP/1.1 101 ", Encoding.ASCII.GetString(status));
        for (var i = 0; i < 16; i++)
        {
            // Each is told, and does not go.
            Knock().Receive(status);
            Assert.Equal("HTTP/1.1 503 ", Encoding.ASCII.GetString(status));
        }

        Assert.Equal(0, Knock().ReceiveEnd());
        clients.ForEach(client => client.Dispose());
    }
}
