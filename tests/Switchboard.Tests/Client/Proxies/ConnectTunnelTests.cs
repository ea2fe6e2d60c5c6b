using System.Net;
using System.Text;
using Switchboard.Client.Proxies;
using Switchboard.Tests.Support;
using Switchboard.Transports;
using Switchboard.Transports.Memory;

namespace Switchboard.Tests.Client.Proxies;

/// <summary>RFC 9110 §9.3.6: a tunnel, or the reason why there is none. The test is the proxy.</summary>
public sealed class ConnectTunnelTests
{
    private readonly MemoryNetwork _network = new();

    [Theory]
    [InlineData(null, null, null, "")]
    [InlineData("user", "p:ss", null, "Proxy-Authorization: Basic dXNlcjpwOnNz\r\n")]
    [InlineData("é", "", null, "Proxy-Authorization: Basic w6k6\r\n")]
    [InlineData("user", "x", "CORP", "Proxy-Authorization: Basic Q09SUFx1c2VyOng=\r\n")]
    public async Task The_wish_names_the_server_and_us_if_we_have_a_name(string? user, string? password, string? domain, string header)
    {
        var (opening, proxy) = await AskAsync(user is null ? null : new NetworkCredential(user, password, domain ?? ""));

        Assert.Equal($"CONNECT server.example:443 HTTP/1.1\r\nHost: server.example:443\r\n{header}\r\n", await proxy.Head.InTime());
        proxy.Abort();
        await Assert.ThrowsAsync<ProxyException>(() => opening.InTime());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.0 200 Connection established\r\n\r\n")]
    [InlineData("HTTP/1.1 299 \r\nContent-Length: 17\r\nVia: proxy\r\n\r\n")]
    public async Task After_a_yes_the_transport_leads_to_the_server(string yes)
    {
        foreach (var split in new[] { 1, 7, int.MaxValue })
        {
            _network.Split = available => Math.Min(available, split);
            var (opening, proxy) = await AskAsync();
            await proxy.Head.InTime();

            proxy.Send(yes);
            var transport = await opening.InTime();

            // What comes before somebody listens is kept for who does.
            proxy.Send("HTTP/1.1 418 I'm a teapot\r\n\r\n");
            var server = RawPeer.Start(transport, masks: true);
            Assert.Equal("HTTP/1.1 418 I'm a teapot\r\n\r\n", await server.Head.InTime());
            server.Abort();
            await server.Closed.InTime();
            await proxy.Closed.InTime();
        }
    }

    [Fact]
    public async Task Who_starts_a_tunnel_that_has_ended_is_told()
    {
        var (opening, proxy) = await AskAsync();
        await proxy.Head.InTime();
        proxy.Send("HTTP/1.1 200 OK\r\n\r\n");
        var transport = await opening.InTime();

        transport.Abort();
        await proxy.Closed.InTime();

        await RawPeer.Start(transport, masks: true).Closed.InTime();
    }

    [Fact]
    public async Task A_proxy_that_ends_the_tunnel_before_it_is_started_is_told()
    {
        var (opening, proxy) = await AskAsync();
        await proxy.Head.InTime();
        proxy.Send("HTTP/1.1 200 OK\r\n\r\n");
        var transport = await opening.InTime();

        proxy.Shutdown();

        await RawPeer.Start(transport, masks: true).Closed.InTime();
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\nX-Why: policy\r\n\r\n", 403, "server.example:443")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\n\r\n", 502, "502 Bad Gateway")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://other/\r\n\r\n", 301, "301 Moved")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", 100, "100 Continue")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n", 407, "wants credentials")]
    [InlineData("HTTP/2 200\r\n\r\n", null, "status line")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", null, "status line")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n", null, "could not be read")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n", null, "more than its answer")]
    public async Task Anything_else_fails_and_says_why(string answer, int? status, string reason)
    {
        var (opening, proxy) = await AskAsync();
        await proxy.Head.InTime();

        proxy.Send(answer);

        var problem = await Assert.ThrowsAsync<ProxyException>(() => opening.InTime());
        Assert.Equal((HttpStatusCode?)status, problem.Status);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.Contains("http://proxy.example:3128", problem.Message, StringComparison.Ordinal);
        Assert.Equal(answer.Contains("X-Why", StringComparison.Ordinal) ? [new("X-Why", "policy")] : [], problem.Headers.Where(header => header.Key == "X-Why"));
        await proxy.Closed.InTime();
    }

    [Fact]
    public async Task Credentials_that_are_not_accepted_are_told_apart_from_none()
    {
        var (opening, proxy) = await AskAsync(new NetworkCredential("user", "wrong"));
        await proxy.Head.InTime();

        proxy.Send("HTTP/1.1 407 No\r\n\r\n");

        var problem = await Assert.ThrowsAsync<ProxyException>(() => opening.InTime());
        Assert.Contains("does not accept", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_too_large()
    {
        var (opening, proxy) = await AskAsync();
        await proxy.Head.InTime();

        proxy.Send(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('x', 20_000)));

        Assert.Contains("larger than", (await Assert.ThrowsAsync<ProxyException>(() => opening.InTime())).Message, StringComparison.Ordinal);
        await proxy.Closed.InTime();
    }

    [Fact]
    public async Task A_proxy_that_hangs_up_is_a_failure()
    {
        var (opening, proxy) = await AskAsync();
        await proxy.Head.InTime();

        proxy.Shutdown();

        Assert.Contains("without an answer", (await Assert.ThrowsAsync<ProxyException>(() => opening.InTime())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_answer_can_be_given_up()
    {
        using var cancellation = new CancellationTokenSource();
        var (opening, proxy) = await AskUntilAsync(null, cancellation.Token);
        await proxy.Head.InTime();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.InTime());
        await proxy.Closed.InTime();
    }

    private Task<(Task<ITransport> Opening, RawPeer Proxy)> AskAsync(NetworkCredential? credentials = null) =>
        AskUntilAsync(credentials, TestContext.Current.CancellationToken);

    private async Task<(Task<ITransport> Opening, RawPeer Proxy)> AskUntilAsync(NetworkCredential? credentials, CancellationToken cancellationToken)
    {
        await using var listener = _network.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        var accepted = new TaskCompletionSource<RawPeer>();
        listener.Start(transport => accepted.SetResult(RawPeer.Start(transport, masks: false)));
        var transport = await _network.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        var route = new ProxyRoute("http://proxy.example:3128", listener.LocalEndPoint, credentials);
        return (ConnectTunnel.OpenAsync(transport, route, "server.example:443", cancellationToken), await accepted.Task.InTime());
    }
}
