using System.Net;
using System.Net.Sockets;
using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Client;

/// <summary>What a client may be told beyond its URL, as the server sees it.</summary>
public sealed class OptionTests
{
    [Fact]
    public async Task Credentials_of_the_URL_are_sent_without_being_asked_for()
    {
        await using var test = TestServer.Start(Tell(request => request.Header("Authorization")));

        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("jürgen:a:b"))}", await AskAsync(test, "ws://j%C3%BCrgen:a%3Ab@localhost:{0}/"));
        Assert.Equal($"Basic {Convert.ToBase64String("name:"u8)}", await AskAsync(test, "ws://name@localhost:{0}/"));
        Assert.Equal("", await AskAsync(test, "ws://localhost:{0}/"));
        Assert.Equal("Bearer x", await AskAsync(test, "ws://name:word@localhost:{0}/", new WebSocketClientOptions
        {
            Headers = new Dictionary<string, string> { ["authorization"] = "Bearer x" },
        }));
    }

    [Fact]
    public async Task Cookies_go_with_the_request_and_those_of_the_answer_are_kept()
    {
        await using var test = TestServer.Start(Tell(request => request.Header("Cookie")));
        var jar = new CookieContainer();
        jar.Add(new Uri("http://localhost/"), new Cookie("a", "1"));
        jar.Add(new Uri("https://localhost/"), new Cookie("b", "2") { Secure = true });
        Assert.Equal("a=1", await AskAsync(test, "ws://localhost:{0}/", new WebSocketClientOptions { Cookies = jar }));

        await using var hostile = new HostileServer("HTTP/1.1 403 No\r\nSet-Cookie: c=3; Path=/\r\nSet-Cookie: =;\r\n\r\n");
        await new WebSocket($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network, Cookies = jar }).Closed.InTime();

        Assert.Equal("a=1; c=3", await AskAsync(test, "ws://localhost:{0}/", new WebSocketClientOptions { Cookies = jar }));
    }

    [Fact]
    public async Task A_relative_URL_needs_a_base()
    {
        await using var test = TestServer.Start(Tell(request => request.Path));

        Assert.Equal("/a/c", await AskAsync(test, "../c", new WebSocketClientOptions { BaseUrl = $"http://localhost:{test.Server.Port}/a/b/x" }));
        Assert.Throws<SyntaxErrorException>(() => new WebSocket("../c"));
    }

    [Fact]
    public async Task A_blocked_port_is_a_failure_unless_it_is_allowed()
    {
        var network = new Transports.Memory.MemoryNetwork();
        var client = new WebSocket("ws://localhost:25/", new WebSocketClientOptions { Transport = network });
        await client.Closed.InTime();
        Assert.Equal(FailureKind.BlockedPort, client.Failure?.Kind);

        var allowed = new WebSocket("ws://localhost:25/", new WebSocketClientOptions { Transport = network, AllowBlockedPorts = true });
        await allowed.Closed.InTime();
        Assert.Equal(FailureKind.Connect, allowed.Failure?.Kind);
    }

    [Fact]
    public async Task A_Unix_domain_socket_instead_of_the_host()
    {
        var path = Path.Combine(Path.GetTempPath(), $"switchboard-{Guid.NewGuid():N}.sock");
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = $"unix:{path}" });
        server.OnConnection += (socket, request) => socket.Send(request.Host ?? "");
        server.Start();

        await using var client = await WebSocket.ConnectAsync(
            "ws://app.example/", new WebSocketClientOptions { ConnectTo = new UnixDomainSocketEndPoint(path) }, TestContext.Current.CancellationToken);

        Assert.Equal("app.example", await NextAsync(client));
    }

    [Fact]
    public async Task Through_a_proxy_and_not_around_it()
    {
        await using var proxy = new ConnectProxy();
        await using var server = new WebSocketServer(new WebSocketServerOptions { Host = "127.0.0.1" });
        server.OnConnection += (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();

        await using var client = await WebSocket.ConnectAsync(
            $"ws://127.0.0.1:{server.Port}/", new WebSocketClientOptions { Proxy = new WebProxy(proxy.Address) }, TestContext.Current.CancellationToken);
        client.Send("through");

        Assert.Equal("through", await NextAsync(client));
        Assert.Equal(proxy.Address.Port, ((IPEndPoint)client.RemoteEndPoint!).Port);
        var failure = (await Assert.ThrowsAsync<WebSocketConnectException>(() => WebSocket.ConnectAsync(
            "ws://127.0.0.1:1/", new WebSocketClientOptions { Proxy = new WebProxy(proxy.Address), AllowBlockedPorts = true }, TestContext.Current.CancellationToken))).Failure;
        Assert.Equal((FailureKind.Proxy, HttpStatusCode.BadGateway), (failure.Kind, failure.Status));
    }

    private static Action<WebSocketServer> Tell(Func<WebSocketRequest, string?> what) =>
        server => server.OnConnection += (socket, request) => socket.Send(what(request) ?? "");

    private static async Task<string> AskAsync(TestServer test, string url, WebSocketClientOptions? options = null)
    {
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, url, test.Server.Port);
        await using var client = await WebSocket.ConnectAsync(
            address, (options ?? new WebSocketClientOptions()) with { Transport = test.Network }, TestContext.Current.CancellationToken);
        return await NextAsync(client);
    }

    private static async Task<string> NextAsync(WebSocket client)
    {
        await foreach (var message in client.Messages.WithCancellation(TestContext.Current.CancellationToken))
        {
            return message.Text;
        }

        return $"closed: {client.Failure}";
    }
}
