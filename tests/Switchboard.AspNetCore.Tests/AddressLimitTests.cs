using Microsoft.AspNetCore.Builder;

namespace Switchboard.AspNetCore.Tests;

/// <summary>What one address may do, where Kestrel reads the request.</summary>
public abstract class AddressLimitTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task One_connection_too_many_is_answered_503_until_one_has_gone()
    {
        await using var app = await StartAsync(app => Map(app, new AddressLimits { MaxConnections = 2, AppliesToLoopback = true }));
        using var first = await Browserlike.ConnectAsync(app.Url("/"));
        using var second = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.Equal(503, await Browserlike.RefusalAsync(app.Url("/")));
        await first.GoAsync();
        await Patience.Until(async () =>
        {
            try
            {
                using var third = await Browserlike.ConnectAsync(app.Url("/"));
                return true;
            }
            catch (System.Net.WebSockets.WebSocketException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task One_handshake_too_many_in_a_second_is_answered_429_and_says_when_to_try_again()
    {
        await using var app = await StartAsync(app => Map(app, new AddressLimits { MaxHandshakesPerSecond = 1, AppliesToLoopback = true }));
        using var first = await Browserlike.ConnectAsync(app.Url("/"));

        // The answer to a request that is no handshake counts too.
        using var answer = await app.Http.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(429, (int)answer.StatusCode);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("Retry-After")));
    }

    [Fact]
    public async Task A_request_that_is_refused_gives_its_place_back()
    {
        await using var app = await StartAsync(app => Map(app, new AddressLimits { MaxConnections = 1, AppliesToLoopback = true }));

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(403, await Browserlike.RefusalAsync(app.Url("/"), options => options.SetRequestHeader("Origin", "http://evil.example")));
        }

        using var client = await Browserlike.ConnectAsync(app.Url("/"));
    }

    private static void Map(WebApplication app, AddressLimits limits) => app.MapWebSockets(
        "/", (socket, _) => { }, new ServerWebSocketOptions { PerAddress = limits, TimeProvider = new StoppedClock() });

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}

public sealed class AddressLimitInKestrelTests() : AddressLimitTests(Home.Kestrel);

public sealed class AddressLimitOnLoopTests() : AddressLimitTests(Home.Loop);
