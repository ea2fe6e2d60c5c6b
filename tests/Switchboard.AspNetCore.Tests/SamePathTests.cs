using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Switchboard.AspNetCore.Tests;

/// <summary>One path for WebSockets and for something else, which <c>UseSwitchboard</c> sorts out: over HTTP/2, too, which stays in Kestrel.</summary>
public sealed class SamePathTests() : AppTests(Home.Loop)
{
    [Fact]
    public async Task Who_asks_for_a_WebSocket_gets_one_and_everybody_else_the_other()
    {
        await using var app = await StartAsync(MapBoth);
        using var client = await Browserlike.ConnectAsync(app.Url("/rooms"));
        using var inRoom = await Browserlike.ConnectAsync(app.Url("/rooms/lobby"));

        await client.SayAsync("hi");
        Assert.Equal("hi", await client.HearAsync());
        await inRoom.SayAsync("ho");
        Assert.Equal("ho", await inRoom.HearAsync());
        Assert.Equal("a list", await app.Http.GetStringAsync("/rooms", TestContext.Current.CancellationToken));
        Assert.Equal("lobby", await app.Http.GetStringAsync("/rooms/lobby", TestContext.Current.CancellationToken));
        Assert.Empty(app.Errors);
    }

    [Fact]
    public async Task Another_method_is_served_beside_them()
    {
        await using var app = await StartAsync(app =>
        {
            MapBoth(app);
            app.MapPost("/rooms", () => "posted");
        });

        using var answer = await app.Http.PostAsync("/rooms", null, TestContext.Current.CancellationToken);
        Assert.Equal("posted", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var client = await Browserlike.ConnectAsync(app.Url("/rooms"));
        Assert.Equal(WebSocketState.Open, client.State);
    }

    [Fact]
    public async Task An_Upgrade_to_something_else_asks_for_no_WebSocket()
    {
        await using var app = await StartAsync(MapBoth);
        using var client = await RawClient.ConnectAsync(app.Port);

        await client.SendAsync("GET /rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");

        Assert.Equal("a list", (await client.ReadAnswerAsync()).Body);
    }

    [Theory]
    [InlineData("WebSocket")]
    [InlineData("h2c, websocket")]
    public async Task What_asks_for_a_WebSocket_wrongly_is_told_what_is_wrong_and_gets_no_list(string upgrade)
    {
        await using var app = await StartAsync(MapBoth);
        using var client = await RawClient.ConnectAsync(app.Port);

        await client.SendAsync($"GET /rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\nSec-WebSocket-Version: 7\r\n\r\n");

        var answer = await client.ReadAnswerAsync();
        Assert.InRange(answer.Status, 400, 499);
        Assert.NotEqual("a list", answer.Body);
    }

    [Fact]
    public async Task Alone_each_answers_whoever_comes()
    {
        await using var app = await StartAsync(app =>
        {
            app.MapWebSockets("/sockets", static (socket, _) => socket.OnMessage += message => socket.Send(message));
            app.MapGet("/page", () => "a page");
        });

        using var answer = await app.Http.GetAsync("/sockets", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Equal("a page", await app.Http.GetStringAsync("/page", TestContext.Current.CancellationToken));
        Assert.Equal(200, await Browserlike.RefusalAsync(app.Url("/page")));
    }

    [Fact]
    public async Task It_is_so_over_HTTP_2_too()
    {
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)),
            MapBoth);
        using var over = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await client.ConnectAsync(app.Url("/rooms"), over, TestContext.Current.CancellationToken).Soon();

        await client.SayAsync("hi");
        Assert.Equal("hi", await client.HearAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{app.Port}/rooms")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await over.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("a list", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static void MapBoth(WebApplication app)
    {
        app.MapWebSockets("/rooms", static (socket, _) => socket.OnMessage += message => socket.Send(message));
        app.MapWebSockets("/rooms/{room}", static (socket, _) => socket.OnMessage += message => socket.Send(message));
        app.MapGet("/rooms", () => "a list");
        app.MapGet("/rooms/{room}", (string room) => room);
    }
}
