using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Switchboard.Transports.Memory;

namespace Switchboard.AspNetCore.Tests;

public abstract class RequestTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task Route_values_are_in_the_context()
    {
        await using var app = await StartAsync(app => app.MapWebSockets(
            "/chat/{room}/{seat:int}", (socket, request) => socket.Send($"{request.HttpContext.GetRouteValue("room")} {request.HttpContext.GetRouteValue("seat")}")));
        using var client = await Browserlike.ConnectAsync(app.Url("/chat/lobby/7"));

        Assert.Equal("lobby 7", await client.HearAsync());
        Assert.Equal(404, (await RawClient.KnockAsync(app.Port, "/chat/lobby/seven")).Status);
    }

    [Fact]
    public async Task The_request_has_path_query_headers_and_addresses_as_they_were_sent()
    {
        WebSocketRequest? seen = null;
        await using var app = await StartAsync(app => app.MapWebSockets("/a room/{name}", (socket, request) =>
        {
            seen = request;
            socket.Send("");
        }));
        using var client = await Browserlike.ConnectAsync(
            app.Url("/a%20room/%C3%A9?as=ada+l&x=%26&x=2"), options => options.SetRequestHeader("X-Colour", "blue"));
        await client.HearAsync();

        Assert.NotNull(seen);
        Assert.Equal("/a%20room/%C3%A9", seen.Path);
        Assert.Equal("?as=ada+l&x=%26&x=2", seen.QueryString);
        Assert.Equal(("ada l", "&"), (seen.Query["as"], seen.Query["x"]));
        Assert.Equal("blue", seen.Header("x-colour"));
        Assert.Equal($"127.0.0.1:{app.Port}", seen.Host);
        Assert.Equal($"127.0.0.1:{app.Port}", seen.LocalEndPoint?.ToString());
        Assert.StartsWith("127.0.0.1:", seen.RemoteEndPoint?.ToString(), StringComparison.Ordinal);
        Assert.Null(seen.Origin);
    }

    [Fact]
    public async Task The_context_is_there_in_the_hook_too()
    {
        await using var app = await StartAsync(app => app.MapWebSockets(
            "/chat/{room}",
            (_, _) => { },
            new ServerWebSocketOptions
            {
                OnHandshake = (request, _) => new(request.HttpContext.GetRouteValue("room") is "open"
                    ? HandshakeDecision.Accept
                    : HandshakeDecision.Refuse(404, "There is no such room.")),
            }));

        Assert.Equal(101, (await RawClient.KnockAsync(app.Port, "/chat/open")).Status);
        Assert.Equal(404, (await RawClient.KnockAsync(app.Port, "/chat/closed")).Status);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_from_ASP_NET_Core_has_no_context_and_says_so()
    {
        var network = new MemoryNetwork();
        var problem = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = network });
        server.OnConnection += (_, request) => problem.SetResult(Assert.Throws<InvalidOperationException>(() => request.HttpContext));
        server.Start();
        await using var client = new WebSocket($"ws://localhost:{server.Port}/", new WebSocketClientOptions { Transport = network });

        await Patience.Until(() => client.ReadyState == ReadyState.Open);

        Assert.Contains("ASP.NET Core", (await problem.Task.Soon()).Message, StringComparison.Ordinal);
    }
}

public sealed class RequestInKestrelTests() : RequestTests(Home.Kestrel);

public sealed class RequestOnLoopTests() : RequestTests(Home.Loop);
