using System.Net.Sockets;
using System.Text;
using Switchboard.Tests.Support;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Hostile;

/// <summary>Opening requests that no honest client sends, to our server over TCP: each gets its status, and reaches nobody.</summary>
public sealed class HostileHandshakeTests : IAsyncLifetime
{
    private readonly CapturedLog _log = new();
    private WebSocketServer _server = null!;
    private RawPeer _other = null!;
    private int _connections;

    [Fact]
    public async Task CVE_2024_37890_2000_headers_are_431()
    {
        var many = string.Concat(Enumerable.Range(0, 2000).Select(i => $"X{i}: a\r\n"));

        await IsRefusedAsync(RawPeer.Request(headers: many), 431);
        await IsRefusedAsync(RawPeer.Request().Replace("Upgrade: websocket\r\n", many + "Upgrade: websocket\r\n", StringComparison.Ordinal), 431);
    }

    [Fact]
    public async Task CVE_2023_43669_20_MB_of_head_are_431_at_the_limit()
    {
        await using var network = await RawConnection.OpenAsync(_server.Port);
        await network.SendAsync("GET / HTTP/1.1\r\nX: ");
        var drip = Encoding.ASCII.GetBytes(new string('a', 1000));
        var sent = 0;
        try
        {
            for (; sent < 20_000_000; sent += drip.Length)
            {
                await network.SendAsync(drip);
            }
        }
        catch (SocketException)
        {
            // It was ended amid all that.
        }

        // The rest is read and dropped until the close timeout, or not at all.
        await Eventually.IsTrue(() => _log.Has(1102));
        Assert.Contains("431", Assert.Single(_log.TextsOf(1102)), StringComparison.Ordinal);
        await Eventually.IsTrue(() => _server.Clients.Count == 1);
    }

    [Fact]
    public async Task CVE_2021_32640_32000_spaces_in_the_subprotocols_are_431() =>
        await IsRefusedAsync(RawPeer.Request(headers: $"Sec-WebSocket-Protocol: a{new string(' ', 32_000)}b\r\n"), 431);

    [Theory]
    [InlineData("constructor")]
    [InlineData("__proto__; __proto__=__proto__")]
    [InlineData("permessage-deflate; constructor")]
    [InlineData("permessage-deflate; unknown=\"quoted\"")]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover")]
    public async Task Ws_3_3_1_an_offer_with_strange_parameters_is_declined(string offer) => await IsDeclinedAsync(offer);

    [Theory]
    [InlineData("server_max_window_bits=7")]
    [InlineData("server_max_window_bits=16")]
    [InlineData("server_max_window_bits")]
    [InlineData("server_max_window_bits=08")]
    [InlineData("server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("client_max_window_bits=7")]
    [InlineData("client_max_window_bits=16")]
    [InlineData("client_max_window_bits=08")]
    public async Task CVE_2026_2229_a_window_out_of_range_is_declined(string parameter) => await IsDeclinedAsync($"permessage-deflate; {parameter}");

    [Theory]
    [InlineData("server_max_window_bits=")]
    [InlineData("server_max_window_bits=\"\"")]
    [InlineData("a=\"b c\"")]
    [InlineData("a=\"")]
    public async Task CVE_2026_2229_and_Ws_3_3_1_a_parameter_outside_the_grammar_is_400(string parameter) =>
        await IsRefusedAsync(RawPeer.Request(headers: $"Sec-WebSocket-Extensions: permessage-deflate; {parameter}\r\n"), 400);

    [Theory]
    [InlineData("ch\u00e4t")]
    [InlineData("\u0080")]
    [InlineData("chat, \u00ff")]
    [InlineData("\u00e2\u0082\u00ac")]
    public async Task Granian_advisory_a_subprotocol_beyond_ASCII_is_400(string offer) =>
        await IsRefusedAsync(RawPeer.Request(headers: $"Sec-WebSocket-Protocol: {offer}\r\n"), 400);

    [Theory]
    [InlineData("X: a\rb")]
    [InlineData("X: a\0b")]
    [InlineData("X: a\nb: c")]
    [InlineData("X\0: a")]
    [InlineData("Sec-WebSocket-Protocol: a\0b")]
    [InlineData("Sec-WebSocket-Protocol: a\rb")]
    public async Task CVE_2026_1527_a_control_character_in_a_head_is_400_and_breaks_no_line_of_the_log(string line)
    {
        await IsRefusedAsync(RawPeer.Request(headers: line + "\r\n"), 400);
        await IsRefusedAsync(RawPeer.Request("/a\u001bb\0c"), 400);
    }

    [Theory]
    [InlineData("Content-Length: 60\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 60\r\n")]
    [InlineData("Content-Length: 60\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    [InlineData("X: a\r\n Transfer-Encoding: chunked\r\n")]
    [InlineData("Content-Length: +0\r\n")]
    public async Task CVE_2025_55315_lengths_that_conflict_are_400_and_what_is_behind_them_reaches_nobody(string lengths) =>
        await IsRefusedAsync(RawPeer.Request(headers: lengths) + RawPeer.Request("/smuggled"), 400);

    [Fact]
    public async Task CVE_2025_55315_bytes_behind_a_refused_upgrade_reach_nobody()
    {
        await IsRefusedAsync(RawPeer.Request(headers: "Origin: http://evil.example\r\n") + RawPeer.Request("/smuggled"), 403);
        await IsRefusedAsync(RawPeer.Request().Replace("Version: 13", "Version: 7", StringComparison.Ordinal) + RawPeer.Request("/smuggled"), 426);
    }

    [Theory]
    [InlineData("http://good.com", 101)]
    [InlineData("https://good.com", 101)]
    [InlineData("HTTP://GOOD.COM", 101)]
    [InlineData(null, 101)]
    [InlineData("http://evil.com", 403)]
    [InlineData("null", 403)]
    [InlineData("", 403)]
    [InlineData("http://good.com.evil", 403)]
    [InlineData("http://good.com.", 403)]
    [InlineData("http://evilgood.com", 403)]
    [InlineData("http://evil.good.com", 403)]
    [InlineData("http://good.co", 403)]
    [InlineData("http://good.com:8080", 403)]
    [InlineData("http://good.com@evil.com", 403)]
    [InlineData("http://evil.com#good.com", 403)]
    [InlineData("http://evil.com/good.com", 403)]
    [InlineData("http://good.com evil.com", 403)]
    [InlineData("http://good.com, http://evil.com", 403)]
    [InlineData("good.com", 403)]
    [InlineData("file://", 403)]
    [InlineData("http://good.com\r\nOrigin: http://evil.com", 403)]
    public async Task CVE_2020_28481_and_CVE_2026_58649_only_pages_of_the_same_host_may_connect(string? origin, int status)
    {
        var request = RawPeer.Request(headers: origin is null ? "" : $"Origin: {origin}\r\n").Replace("Host: localhost", "Host: good.com", StringComparison.Ordinal);
        if (status == 403)
        {
            await IsRefusedAsync(request, 403);
            return;
        }

        var peer = await RawPeer.ConnectAsync(SocketTransportFactory.Instance, _server.Port);
        peer.Send(request);
        Assert.StartsWith("HTTP/1.1 101 ", await peer.Head.InTime(), StringComparison.Ordinal);
        peer.Abort();
    }

    [Theory]
    [InlineData("GET / ", "POST / ", "405", "Allow: GET")]
    [InlineData("GET / ", "OPTIONS / ", "405", "Allow: GET")]
    [InlineData("HTTP/1.1", "HTTP/1.0", "400", "")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "400", "")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAA", "400", "")]  // 15 bytes
    [InlineData("Version: 13", "Version: 7", "426", "Sec-WebSocket-Version: 13")]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "", "426", "Sec-WebSocket-Version: 13")]
    public async Task Wrong_method_version_or_key_gets_its_status(string from, string to, string status, string header)
    {
        var head = await IsRefusedAsync(
            RawPeer.Request().Replace(from, to, StringComparison.Ordinal), int.Parse(status, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Contains(header, head, StringComparison.Ordinal);
    }

    public async ValueTask InitializeAsync()
    {
        _server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1", LoggerFactory = _log, Memory = new MemoryBudget() });
        _server.OnConnection += (socket, _) =>
        {
            Interlocked.Increment(ref _connections);
            socket.OnMessage += message => socket.Send(message);
        };
        _server.Start();
        _other = await RawPeer.OpenAsync(SocketTransportFactory.Instance, _server.Port);
    }

    public async ValueTask DisposeAsync()
    {
        // Whatever was tried, the others are served.
        _other.Send(Frame.OfText("still here"));
        Assert.Equal("still here", await _other.NextTextAsync());
        _other.Abort();
        await _server.DisposeAsync();
    }

    private async Task<string> IsRefusedAsync(string request, int status)
    {
        var refused = _log.Count(1102);
        var peer = await RawPeer.ConnectAsync(SocketTransportFactory.Instance, _server.Port);
        peer.Send(request);

        var head = await peer.Head.InTime();
        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        peer.Shutdown();
        await peer.Closed.InTime();

        // One answer to all of it, and one line of the log, which names the status.
        Assert.Equal(refused + 1, _log.Count(1102));
        Assert.Contains($" {status}: ", _log.TextsOf(1102)[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(_log.TextsOf(1102)[^1], char.IsControl);
        Assert.Equal(1, _connections);
        return head;
    }

    private async Task IsDeclinedAsync(string offer)
    {
        var peer = await RawPeer.OpenAsync(SocketTransportFactory.Instance, _server.Port, headers: $"Sec-WebSocket-Extensions: {offer}\r\n");

        Assert.DoesNotContain("Sec-WebSocket-Extensions", await peer.Head, StringComparison.Ordinal);
        peer.Send(Frame.OfText("plain"));
        Assert.Equal("plain", await peer.NextTextAsync());
        peer.Abort();
    }

    /// <summary>A socket whose sender learns that nobody reads any more.</summary>
    private sealed class RawConnection(Socket socket) : IAsyncDisposable
    {
        internal static async Task<RawConnection> OpenAsync(int port)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return new RawConnection(socket);
        }

        internal Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

        internal async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes, TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync()
        {
            socket.Close(timeout: 0);
            return default;
        }
    }
}
