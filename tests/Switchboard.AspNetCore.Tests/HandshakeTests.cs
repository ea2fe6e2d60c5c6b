using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Switchboard.AspNetCore.Tests;

/// <summary>RFC 6455 §4.2 where Kestrel reads the request: each breach has its status, and problem details that say what to do.</summary>
public abstract class HandshakeTests(Home home) : AppTests(home)
{
    [Theory]
    [InlineData("", 426)]
    [InlineData("Upgrade: websocket\r\n", 400)]
    [InlineData("Connection: Upgrade\r\nUpgrade: h2c\r\n", 426)]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\n", 426)]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n", 400)]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ=\r\n", 400)]
    [InlineData(RawClient.UpgradeHeaders + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 400)]
    [InlineData(RawClient.UpgradeHeaders + "Sec-WebSocket-Protocol: a,a\r\n", 400)]
    [InlineData(RawClient.UpgradeHeaders + "Sec-WebSocket-Extensions: a;;b\r\n", 400)]
    [InlineData("Connection: keep-alive, Upgrade\r\nUpgrade: h2c, WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 101)]
    public async Task A_request_gets_the_status_of_the_rule_it_breaks(string headers, int status)
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (_, _) => { }));

        var answer = await RawClient.AskAsync(app.Port, $"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");

        Assert.Equal(status, answer.Status);
        if (status != 101)
        {
            Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
            var problem = JsonElement.Parse(answer.Body);
            Assert.Equal(status, problem.GetProperty("status").GetInt32());
            Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        }
    }

    [Fact]
    public async Task A_plain_visit_is_told_what_to_upgrade_to()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (_, _) => { }));

        var answer = await RawClient.AskAsync(app.Port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

        // RFC 9110 §15.5.22, and §7.8: who sends Upgrade names it in Connection too.
        Assert.Equal((426, "websocket"), (answer.Status, answer.Header("Upgrade")));
        Assert.Contains("Upgrade", answer.Header("Connection"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Another_version_is_told_which_one_is_spoken()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (_, _) => { }));

        var answer = await RawClient.AskAsync(
            app.Port, $"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{RawClient.UpgradeHeaders.Replace("13", "7", StringComparison.Ordinal)}\r\n");

        Assert.Equal((426, "13"), (answer.Status, answer.Header("Sec-WebSocket-Version")));
    }

    [Fact]
    public async Task Another_method_is_told_which_one_is_allowed()
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (_, _) => { }));

        var answer = await RawClient.AskAsync(app.Port, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\nhi");

        Assert.Equal((405, "GET"), (answer.Status, answer.Header("Allow")));
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n" + RawClient.UpgradeHeaders + "\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n" + RawClient.UpgradeHeaders + "\r\nhi")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n" + RawClient.UpgradeHeaders + "\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n" + RawClient.UpgradeHeaders + "\r\n")]
    public async Task Old_HTTP_a_body_or_no_host_is_a_bad_request(string request)
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (_, _) => { }));

        Assert.Equal(400, (await RawClient.AskAsync(app.Port, request)).Status);
    }

    [Fact]
    public async Task A_GET_of_HTTP_2_which_has_no_Upgrade_is_refused_in_good_order()
    {
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)),
            app => app.MapWebSockets("/", (_, _) => { }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Empty(app.Errors);
    }

    [Theory]
    [InlineData("http://127.0.0.1:PORT", 101)]
    [InlineData("https://127.0.0.1:PORT", 101)]
    [InlineData("http://127.0.0.1", 403)]
    [InlineData("http://localhost:PORT", 403)]
    [InlineData("http://127.0.0.1:PORT.evil.example", 403)]
    [InlineData("http://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("", 403)]
    public async Task Pages_from_elsewhere_are_refused(string origin, int status)
    {
        await using var app = await StartAsync(app => app.MapWebSockets("/", (_, _) => { }));
        origin = origin.Replace("PORT", $"{app.Port}", StringComparison.Ordinal);

        Assert.Equal(status, (await RawClient.KnockAsync(app.Port, "/", $"Origin: {origin}\r\n")).Status);
    }

    [Fact]
    public async Task Pages_from_an_origin_that_is_named_may_connect()
    {
        await using var app = await StartAsync(app => app.MapWebSockets(
            "/", (_, _) => { }, new ServerWebSocketOptions { Origins = OriginPolicy.SameHostAnd("https://good.example") }));

        Assert.Equal(101, (await RawClient.KnockAsync(app.Port, "/", "Origin: https://good.example\r\n")).Status);
        Assert.Equal(403, (await RawClient.KnockAsync(app.Port, "/", "Origin: https://good.example.evil.example\r\n")).Status);
        Assert.Equal(403, (await RawClient.KnockAsync(app.Port, "/", "Origin: http://good.example\r\n")).Status);
    }

    [Theory]
    [InlineData("chat.v2, chat.v1", "chat.v2")]
    [InlineData("soap, chat.v1", "chat.v1")]
    [InlineData("soap", null)]
    [InlineData(null, null)]
    public async Task The_first_subprotocol_that_both_speak_is_chosen(string? offered, string? chosen)
    {
        var agreed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(app => app.MapWebSockets(
            "/", (socket, _) => agreed.SetResult(socket.Protocol), new ServerWebSocketOptions { Subprotocols = ["chat.v1", "chat.v2"] }));

        var answer = await RawClient.KnockAsync(app.Port, "/", offered is null ? "" : $"Sec-WebSocket-Protocol: {offered}\r\n");

        Assert.Equal(101, answer.Status);
        Assert.Equal(chosen, answer.Header("Sec-WebSocket-Protocol"));
        Assert.Equal(chosen ?? "", await agreed.Task.Soon());
    }

    [Fact]
    public async Task The_hook_may_choose_the_subprotocol_or_refuse_with_a_status_of_its_own()
    {
        await using var app = await StartAsync(app => app.MapWebSockets(
            "/",
            (_, _) => { },
            new ServerWebSocketOptions
            {
                OnHandshake = async (request, cancellationToken) =>
                {
                    await Task.Yield();
                    return request.Subprotocols is [.., var last] ? HandshakeDecision.AcceptWith(last) : HandshakeDecision.Refuse(429, "Not so fast.");
                },
            }));

        Assert.Equal("b", (await RawClient.KnockAsync(app.Port, "/", "Sec-WebSocket-Protocol: a, b\r\n")).Header("Sec-WebSocket-Protocol"));
        var refusal = await RawClient.KnockAsync(app.Port, "/");
        Assert.Equal(429, refusal.Status);
        Assert.Equal("Not so fast.", JsonElement.Parse(refusal.Body).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("c")]
    [InlineData("a\r\nX: injected")]
    public async Task A_subprotocol_that_was_not_offered_is_never_agreed_to(string chosen)
    {
        await using var app = await StartAsync(app => app.MapWebSockets(
            "/", (_, _) => { }, new ServerWebSocketOptions { OnHandshake = (_, _) => new(HandshakeDecision.AcceptWith(chosen)) }));

        Assert.Equal(500, (await RawClient.KnockAsync(app.Port, "/", "Sec-WebSocket-Protocol: a, b\r\n")).Status);
    }

    [Fact]
    public async Task A_hook_that_throws_refuses_with_500_tells_the_log_why_and_harms_nobody_else()
    {
        var isBroken = true;
        await using var app = await StartAsync(app => app.MapWebSockets(
            "/",
            (_, _) => { },
            new ServerWebSocketOptions
            {
                OnHandshake = (_, _) => isBroken ? throw new InvalidDataException("a secret of the hook") : new(HandshakeDecision.Accept),
            }));

        var answer = await RawClient.KnockAsync(app.Port, "/");
        isBroken = false;

        Assert.Equal(500, answer.Status);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Assert.Contains("a secret of the hook", Assert.Single(app.Errors), StringComparison.Ordinal);
        Assert.Equal(101, (await RawClient.KnockAsync(app.Port, "/")).Status);
    }

    [Fact]
    public async Task Kestrels_limit_counts_the_connections_that_live_in_it()
    {
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 1),
            app => app.MapWebSockets("/", (socket, _) => socket.Send("in")));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));
        Assert.Equal("in", await client.HearAsync());

        Assert.Equal(IsOnLoop ? 101 : 503, (await RawClient.KnockAsync(app.Port, "/")).Status);
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task More_connections_than_Kestrel_upgrades_are_told_to_come_later()
    {
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 0),
            app => app.MapWebSockets("/", (_, _) => { }));

        var answer = await RawClient.KnockAsync(app.Port, "/");

        Assert.Equal(503, answer.Status);
        Assert.Null(answer.Header("Sec-WebSocket-Accept"));
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Empty(app.Errors);
    }
}

public sealed class HandshakeInKestrelTests() : HandshakeTests(Home.Kestrel);

public sealed class HandshakeOnLoopTests() : HandshakeTests(Home.Loop);
