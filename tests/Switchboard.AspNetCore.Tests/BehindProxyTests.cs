using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Switchboard.AspNetCore.Tests;

/// <summary>Behind a proxy, with ASP.NET Core's own middleware for what it writes.</summary>
public abstract class BehindProxyTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task The_request_and_the_socket_have_the_clients_address_and_host()
    {
        WebSocketRequest? seen = null;
        await using var app = await StartAsync(app => Map(app, onRequest: request => seen = request));
        using var client = await Browserlike.ConnectAsync(app.Url("/"), options => Say(options, "192.0.2.7", "chat.example"));

        Assert.Equal("192.0.2.7:0", await client.HearAsync());
        Assert.Equal("192.0.2.7:0", seen?.RemoteEndPoint?.ToString());
        Assert.Equal("chat.example", seen!.Host);
    }

    [Fact]
    public async Task Without_a_proxy_they_have_the_peers_own()
    {
        await using var app = await StartAsync(app => Map(app));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.StartsWith("127.0.0.1:", await client.HearAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_origin_is_compared_with_the_host_that_the_proxy_tells()
    {
        await using var app = await StartAsync(app => Map(app));
        void From(System.Net.WebSockets.ClientWebSocketOptions options, string origin)
        {
            Say(options, "192.0.2.7", "chat.example");
            options.SetRequestHeader("Origin", origin);
        }

        using var client = await Browserlike.ConnectAsync(app.Url("/"), options => From(options, "https://chat.example"));
        Assert.Equal(403, await Browserlike.RefusalAsync(app.Url("/"), options => From(options, app.Http.BaseAddress!.ToString())));
    }

    [Fact]
    public async Task Limits_are_the_clients_and_not_the_proxys()
    {
        var limits = new AddressLimits { MaxConnections = 1, MaxHandshakesPerSecond = 0 };
        await using var app = await StartAsync(app => Map(app, limits));
        using var first = await Browserlike.ConnectAsync(app.Url("/"), options => Say(options, "192.0.2.7"));
        using var other = await Browserlike.ConnectAsync(app.Url("/"), options => Say(options, "192.0.2.8"));

        Assert.Equal(503, await Browserlike.RefusalAsync(app.Url("/"), options => Say(options, "192.0.2.7")));
    }

    private static void Say(System.Net.WebSockets.ClientWebSocketOptions options, string client, string? host = null)
    {
        options.SetRequestHeader("X-Forwarded-For", client);
        if (host is not null)
        {
            options.SetRequestHeader("X-Forwarded-Host", host);
        }
    }

    private static void Map(WebApplication app, AddressLimits? limits = null, Action<WebSocketRequest>? onRequest = null)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Add(IPAddress.Loopback);
        app.UseForwardedHeaders(options);
        app.MapWebSockets(
            "/",
            (socket, request) =>
            {
                onRequest?.Invoke(request);
                socket.Send($"{socket.RemoteEndPoint}");
            },
            new ServerWebSocketOptions { PerAddress = limits ?? AddressLimits.Default });
    }
}

public sealed class BehindProxyInKestrelTests() : BehindProxyTests(Home.Kestrel);

public sealed class BehindProxyOnLoopTests() : BehindProxyTests(Home.Loop);
