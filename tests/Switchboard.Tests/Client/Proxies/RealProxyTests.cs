using System.Net;
using System.Net.Sockets;
using Switchboard.Client;
using Switchboard.Client.Proxies;
using Switchboard.Tests.Support;
using Switchboard.Transports;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Client.Proxies;

/// <summary>A proxy between two real sockets.</summary>
public sealed class RealProxyTests
{
    public static TheoryData<ITransportFactory> Transports =>
        EpollTransportFactory.IsSupported ? [SocketTransportFactory.Instance, EpollTransportFactory.Shared] : [SocketTransportFactory.Instance];

    [Theory]
    [MemberData(nameof(Transports), DisableDiscoveryEnumeration = true)]
    public async Task A_conversation_goes_through_it(ITransportFactory transport)
    {
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = transport });
        server.OnConnection += (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();
        await using var proxy = new ConnectProxy("user:secret");
        var url = new ServerUrl($"ws://localhost:{server.Port}/chat");

        var route = ProxyRoute.For(url, new WebProxy(proxy.Address) { Credentials = new NetworkCredential("user", "secret") });
        var peer = RawPeer.Start(await route!.ConnectAsync(transport, url, TestContext.Current.CancellationToken), masks: true);
        peer.Send(RawPeer.Request("/chat"));
        Assert.StartsWith("HTTP/1.1 101 ", await peer.Head.InTime(), StringComparison.Ordinal);
        var text = new string('x', 100_000);
        for (var i = 0; i < 10; i++)
        {
            peer.Send(Frame.OfText($"{i}{text}"));
            Assert.Equal($"{i}{text}", await peer.NextTextAsync());
        }

        Assert.StartsWith($"CONNECT localhost:{server.Port} HTTP/1.1\r\n", Assert.Single(proxy.Requests), StringComparison.Ordinal);
        peer.Abort();
        await peer.Closed.InTime();
    }

    [Fact]
    public async Task Without_credentials_it_refuses_and_we_say_why()
    {
        await using var proxy = new ConnectProxy("user:secret");
        var url = new ServerUrl("ws://127.0.0.1:1/");

        var problem = await Assert.ThrowsAsync<ProxyException>(
            () => ProxyRoute.For(url, new WebProxy(proxy.Address))!.ConnectAsync(SocketTransportFactory.Instance, url, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, problem.Status);
        Assert.Contains(problem.Headers, header => header.Key == "Proxy-Authenticate");
    }

    [Fact]
    public async Task A_server_that_it_does_not_reach_is_its_answer()
    {
        await using var proxy = new ConnectProxy();
        var url = new ServerUrl($"ws://127.0.0.1:{FreePort()}/");

        var problem = await Assert.ThrowsAsync<ProxyException>(
            () => ProxyRoute.For(url, new WebProxy(proxy.Address))!.ConnectAsync(SocketTransportFactory.Instance, url, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.BadGateway, problem.Status);
    }

    [Fact]
    public async Task A_proxy_that_nobody_runs_is_named()
    {
        var url = new ServerUrl("ws://server.example/");
        var port = FreePort();

        var problem = await Assert.ThrowsAsync<ProxyException>(
            () => ProxyRoute.For(url, new WebProxy("127.0.0.1", port))!.ConnectAsync(SocketTransportFactory.Instance, url, TestContext.Current.CancellationToken));

        Assert.Null(problem.Status);
        Assert.Contains($"http://127.0.0.1:{port} is not reached", problem.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(problem.InnerException);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
