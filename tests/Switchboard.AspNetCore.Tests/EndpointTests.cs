using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.AspNetCore.Tests;

public abstract class EndpointTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task Conventions_reach_the_endpoint()
    {
        var finished = false;
        await using var app = await StartAsync(app =>
        {
            var endpoint = app.MapWebSockets("/chat", (socket, request) =>
                socket.Send(request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<Colour>()?.Name ?? "none"));
            endpoint.WithMetadata(new Colour("blue")).Finally(_ => finished = true);
            endpoint.WithName("chat");
        });
        using var client = await Browserlike.ConnectAsync(app.Url("/chat"));

        Assert.Equal("blue", await client.HearAsync());
        Assert.True(finished);
    }

    [Fact]
    public async Task An_endpoint_knows_its_own_clients_and_broadcasts_to_them_alone()
    {
        WebSocketEndpoint red = null!, blue = null!;
        await using var app = await StartAsync(app =>
        {
            red = app.MapWebSockets("/red", (socket, _) => socket.Send("in"));
            blue = app.MapWebSockets("/blue", (socket, _) => socket.Send("in"));
        });
        using var one = await Browserlike.ConnectAsync(app.Url("/red"));
        using var two = await Browserlike.ConnectAsync(app.Url("/red"));
        using var other = await Browserlike.ConnectAsync(app.Url("/blue"));
        Assert.Equal("in in in", string.Join(' ', await one.HearAsync(), await two.HearAsync(), await other.HearAsync()));

        Assert.Equal((2, 1), (red.Clients.Count, blue.Clients.Count));
        Assert.Equal(2, red.Clients.Broadcast("to red"));
        Assert.Equal(1, blue.Clients.Broadcast("to blue"));
        Assert.Equal("to red", await one.HearAsync());
        Assert.Equal("to red", await two.HearAsync());
        Assert.Equal("to blue", await other.HearAsync());

        var first = red.Clients.First();
        Assert.Equal(1, red.Clients.Broadcast("to one", socket => socket != first));
        await one.GoAsync();
        await Patience.Until(() => red.Clients.Count == 1);
    }

    [Fact]
    public async Task Other_endpoints_of_the_same_application_are_as_they_were()
    {
        await using var app = await StartAsync(app =>
        {
            app.MapGet("/", () => "a page");
            app.MapPost("/form", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());
            app.MapWebSockets("/chat", (socket, _) => socket.Send("in"));
        });
        using var client = await Browserlike.ConnectAsync(app.Url("/chat"));

        Assert.Equal("in", await client.HearAsync());
        Assert.Equal("a page", await app.Http.GetStringAsync("/", TestContext.Current.CancellationToken));
        using var form = new StringContent("hello");
        using var answer = await app.Http.PostAsync("/form", form, TestContext.Current.CancellationToken);
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(404, (await RawClient.KnockAsync(app.Port, "/elsewhere")).Status);
    }

    [Fact]
    public async Task A_time_limit_for_requests_does_not_end_a_connection()
    {
        await using var app = await StartAsync(
            builder => builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromMilliseconds(50) }),
            app =>
            {
                app.UseRequestTimeouts();
                app.MapWebSockets("/", (socket, request) =>
                {
                    var aborted = request.HttpContext.RequestAborted;
                    socket.OnMessage += _ => socket.Send($"{aborted.IsCancellationRequested}");
                });
            });
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        // Past the limit: a slow machine only waits longer.
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await client.SayAsync("was I cut?");

        Assert.Equal("False", await client.HearAsync());
    }

    [Fact]
    public async Task Options_out_of_range_are_refused_when_the_endpoint_is_mapped() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => StartAsync(app =>
            app.MapWebSockets("/", (_, _) => { }, new ServerWebSocketOptions { MaxMessageBytes = 0 })));

    private sealed record Colour(string Name);
}

public sealed class EndpointInKestrelTests() : EndpointTests(Home.Kestrel);

public sealed class EndpointOnLoopTests() : EndpointTests(Home.Loop);
