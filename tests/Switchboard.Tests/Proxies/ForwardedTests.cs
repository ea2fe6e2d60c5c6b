using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Tests.Support;
using Switchboard.Tests.Tls;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Proxies;

/// <summary>A server behind a proxy that tells of its clients in the request's header fields.</summary>
public sealed class ForwardedTests
{
    private const string AllThree = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: chat.example\r\n";

    private static readonly IPNetwork Loopback = IPNetwork.Parse("127.0.0.0/8");

    [Theory]
    [InlineData(ForwardedFields.XForwarded, AllThree, "192.0.2.7:0", true, "chat.example")]
    [InlineData(ForwardedFields.XForwarded, "X-Forwarded-For: 192.0.2.7:4711\r\nX-Forwarded-Proto: WSS\r\n", "192.0.2.7:4711", true, "localhost")]
    [InlineData(ForwardedFields.XForwarded, "X-Forwarded-For: 2001:db8::7\r\nX-Forwarded-Proto: http\r\n", "[2001:db8::7]:0", false, "localhost")]
    [InlineData(ForwardedFields.XForwardedFor, AllThree, "192.0.2.7:0", false, "localhost")]
    [InlineData(ForwardedFields.XForwardedProto | ForwardedFields.XForwardedHost, AllThree, null, true, "chat.example")]
    [InlineData(ForwardedFields.Forwarded, AllThree, null, false, "localhost")]
    [InlineData(ForwardedFields.Forwarded, "Forwarded: for=192.0.2.7;proto=https;host=chat.example\r\n", "192.0.2.7:0", true, "chat.example")]
    [InlineData(ForwardedFields.Forwarded, "Forwarded: for=\"[2001:db8::7]:4711\"\r\n", "[2001:db8::7]:4711", false, "localhost")]
    [InlineData(ForwardedFields.XForwarded, "Forwarded: for=192.0.2.7\r\n", null, false, "localhost")]
    [InlineData(ForwardedFields.None, AllThree, null, false, "localhost")]
    [InlineData(ForwardedFields.XForwarded, "X-Forwarded-For: 10.1.1.1, 192.0.2.7\r\n", "192.0.2.7:0", false, "localhost")] // From here on the client writes too.
    [InlineData(ForwardedFields.XForwarded, "X-Forwarded-For: 10.1.1.1\r\nX-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7:0", false, "localhost")]
    [InlineData(ForwardedFields.XForwarded, "X-Forwarded-For: 10.1.1.1, nonsense\r\n", null, false, "localhost")]
    [InlineData(ForwardedFields.Forwarded, "Forwarded: for=10.1.1.1;proto=https, for=192.0.2.7\r\n", "192.0.2.7:0", false, "localhost")]
    [InlineData(ForwardedFields.Forwarded, "Forwarded: for=10.1.1.1, for=unknown\r\n", null, false, "localhost")]
    public async Task A_proxy_that_is_trusted_is_believed(ForwardedFields fields, string headers, string? client, bool isSecure, string host)
    {
        WebSocketRequest? request = null;
        await using var test = Start(new ProxyOptions { Trusted = [Loopback], ForwardedFields = fields }, asked => request = asked);
        var peer = await test.OpenAsync(headers: headers);

        var seen = await peer.NextTextAsync();
        Assert.Equal(request!.RemoteEndPoint?.ToString(), seen);
        if (client is null)
        {
            Assert.StartsWith("127.0.0.1:", seen, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(client, seen);
        }

        Assert.Equal((isSecure, host), (request.IsSecure, request.Host));
    }

    [Theory]
    [InlineData(ForwardedFields.XForwarded, AllThree)]
    [InlineData(ForwardedFields.Forwarded, "Forwarded: for=192.0.2.7;proto=https;host=chat.example\r\n")]
    [InlineData(ForwardedFields.Forwarded, "Forwarded: \"\r\n")]
    public async Task A_stranger_is_not(ForwardedFields fields, string headers)
    {
        foreach (var proxies in (ProxyOptions?[])[null, new() { ForwardedFields = fields }, new() { ForwardedFields = fields, Trusted = [IPNetwork.Parse("10.0.0.0/8")] }])
        {
            WebSocketRequest? request = null;
            await using var test = Start(proxies, asked => request = asked);
            var peer = await test.OpenAsync(headers: headers);

            Assert.StartsWith("127.0.0.1:", await peer.NextTextAsync(), StringComparison.Ordinal);
            Assert.Equal((false, "localhost"), (request!.IsSecure, request.Host));
        }
    }

    [Theory]
    [InlineData("127.0.0.0/8", "https://chat.example", 101)]
    [InlineData("127.0.0.0/8", "http://localhost", 403)]
    [InlineData("10.0.0.0/8", "https://chat.example", 403)]
    [InlineData("10.0.0.0/8", "http://localhost", 101)]
    public async Task The_origin_is_compared_with_the_host_that_a_trusted_proxy_tells(string trusted, string origin, int status)
    {
        await using var test = Start(new ProxyOptions { Trusted = [IPNetwork.Parse(trusted)], ForwardedFields = ForwardedFields.XForwarded });
        var peer = await test.ConnectAsync();

        peer.Send(RawPeer.Request(headers: $"Origin: {origin}\r\n{AllThree}"));

        Assert.StartsWith($"HTTP/1.1 {status} ", await peer.Head.InTime(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("for=\"")]
    [InlineData("for=192.0.2.7;for=192.0.2.8")]
    [InlineData("\", for=192.0.2.7")]
    public async Task A_client_cannot_hide_behind_a_header_that_nobody_can_read(string value)
    {
        await using var test = Start(new ProxyOptions { Trusted = [Loopback], ForwardedFields = ForwardedFields.Forwarded });
        var peer = await test.ConnectAsync();

        peer.Send(RawPeer.Request(headers: $"Forwarded: {value}\r\n"));

        Assert.StartsWith("HTTP/1.1 400 ", await peer.Head.InTime(), StringComparison.Ordinal);
        Assert.Empty(test.Server.Clients);
    }

    [Fact]
    public async Task Limits_and_the_log_have_the_clients_address()
    {
        var limits = new AddressLimits { MaxConnections = 1, MaxHandshakesPerSecond = 0, AppliesToLoopback = true };
        await using var test = Start(new ProxyOptions { Trusted = [Loopback], ForwardedFields = ForwardedFields.XForwarded }, limits: limits);
        var first = await test.OpenAsync(headers: "X-Forwarded-For: 192.0.2.7\r\n");
        await Eventually.IsTrue(() => test.Server.Clients.Count == 1);
        var socket = test.Server.Clients.Single();
        await test.OpenAsync(headers: "X-Forwarded-For: 192.0.2.8\r\n");
        await test.OpenAsync(); // The proxy's own, as often as it likes.
        await test.OpenAsync();

        var second = await test.ConnectAsync();
        second.Send(RawPeer.Request(headers: "X-Forwarded-For: 192.0.2.7\r\n"));

        Assert.StartsWith("HTTP/1.1 503 ", await second.Head.InTime(), StringComparison.Ordinal);
        Assert.Contains("192.0.2.7", Assert.Single(test.Log.TextsOf(1102)), StringComparison.Ordinal);
        first.Abort();
        await socket.Closed.InTime();
        await test.OpenAsync(headers: "X-Forwarded-For: 192.0.2.7\r\n");
    }

    [Fact]
    public async Task The_PROXY_protocol_may_lead_to_a_proxy_that_writes_fields()
    {
        var proxies = new ProxyOptions { Trusted = [Loopback, IPNetwork.Parse("10.0.0.0/8")], ProxyProtocol = true, ForwardedFields = ForwardedFields.XForwarded };
        await using var test = Start(proxies);
        async Task<string> SeenAsync(string from)
        {
            var peer = await test.ConnectAsync();
            peer.Send([.. ProxyWords.Line(from), .. Encoding.ASCII.GetBytes(RawPeer.Request(headers: AllThree))]);
            return await peer.NextTextAsync();
        }

        Assert.Equal("192.0.2.7:0", await SeenAsync("10.0.0.2:4711"));
        Assert.Equal("203.0.113.9:4711", await SeenAsync("203.0.113.9:4711")); // A client that writes them itself.
    }

    [Fact]
    public async Task Who_comes_through_a_file_is_trusted_by_that()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its sockets' files are others.");
        using var folder = new Folder();
        var path = Path.Combine(folder.Path, "socket");
        await using var server = new WebSocketServer(new WebSocketServerOptions
        {
            Host = $"unix:{path}",
            Proxies = new ProxyOptions { ForwardedFields = ForwardedFields.XForwarded },
        });
        server.OnConnection += (socket, _) => socket.Send($"{socket.RemoteEndPoint}");
        server.Start();
        var transport = await SocketTransportFactory.Instance.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        var peer = RawPeer.Start(transport, masks: true);

        peer.Send(RawPeer.Request(headers: AllThree));

        Assert.Equal("192.0.2.7:0", await peer.NextTextAsync());
        peer.Abort();
    }

    [Theory]
    [InlineData(ForwardedFields.Forwarded | ForwardedFields.XForwardedFor)]
    [InlineData((ForwardedFields)64)]
    public void Fields_that_make_no_sense_are_refused_at_once(ForwardedFields fields) =>
        Assert.ThrowsAny<ArgumentException>(() => new WebSocketServer(new WebSocketServerOptions { Proxies = new ProxyOptions { ForwardedFields = fields } }));

    private static TestServer Start(ProxyOptions? proxies, Action<WebSocketRequest>? onRequest = null, AddressLimits? limits = null) => TestServer.Start(
        server => server.OnConnection += (socket, request) =>
        {
            onRequest?.Invoke(request);
            socket.Send($"{socket.RemoteEndPoint}");
        },
        new WebSocketServerOptions { Proxies = proxies, PerAddress = limits ?? AddressLimits.Default });
}
