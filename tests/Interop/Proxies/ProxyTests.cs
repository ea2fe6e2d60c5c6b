using System.Net;
using System.Security.Cryptography;

namespace Switchboard.Interop.Proxies;

/// <summary>Our client, by wss://, through nginx and HAProxy to our server.</summary>
public sealed class ProxyTests
{
    public static TheoryData<Route> Routes => [.. Enum.GetValues<Route>()];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Messages_pass_as_they_are(Route route)
    {
        await using var behind = await Behind.StartAsync(route);
        var (client, _, _) = await behind.OpenAsync();
        var answers = client.Messages.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var large = RandomNumberGenerator.GetBytes(1024 * 1024);

        client.Send("Grüße 👋");
        client.Send([0, 1, 2, 255]);
        client.Send(large);
        client.Send(new string('x', 100_000));

        var text = await NextAsync();
        Assert.Equal((MessageType.Text, "Grüße 👋"), (text.Type, text.Text));
        Assert.Equal([0, 1, 2, 255], (await NextAsync()).Data.ToArray());
        var echo = await NextAsync();
        Assert.Equal(MessageType.Binary, echo.Type);
        Assert.True(large.AsSpan().SequenceEqual(echo.Data.Span));
        Assert.Equal(new string('x', 100_000), (await NextAsync()).Text);

        async Task<Message> NextAsync()
        {
            Assert.True(await answers.MoveNextAsync().AsTask().Soon());
            return answers.Current;
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task The_server_sees_the_client_and_not_the_proxy(Route route)
    {
        await using var behind = await Behind.StartAsync(route);

        // What a client writes of itself is handed on by a proxy, and is not believed.
        var (client, socket, request) = await behind.OpenAsync(new("X-Forwarded-For", "203.0.113.66"), new("Forwarded", "for=203.0.113.66"));

        var seen = Assert.IsType<IPEndPoint>(request.RemoteEndPoint);
        Assert.Equal(seen, socket.RemoteEndPoint);
        Assert.Equal(IPAddress.Loopback, seen.Address);
        Assert.Equal("/chat?room=1", request.Path + request.QueryString);
        var local = Assert.IsType<IPEndPoint>(client.LocalEndPoint);
        Assert.Equal(Configurations.IsHttp(route) ? 0 : local.Port, seen.Port);
        Assert.Equal(new Uri(behind.Url).Authority, request.Host);

        // A PROXY header in front of plain text does not tell of TLS that ended before.
        Assert.Equal(route != Route.HaproxyV2, request.IsSecure);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_page_of_the_proxys_host_may_connect_and_one_of_another_may_not(Route route)
    {
        await using var behind = await Behind.StartAsync(route);
        await behind.OpenAsync(new KeyValuePair<string, string>("Origin", $"https://{new Uri(behind.Url).Authority}"));

        var stranger = behind.Call(new KeyValuePair<string, string>("Origin", "https://evil.example"));

        await stranger.Closed.Soon();
        Assert.Contains("403", stranger.Failure?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Close_codes_pass_both_ways(Route route)
    {
        await using var behind = await Behind.StartAsync(route);
        var (first, ofFirst, _) = await behind.OpenAsync();
        var (second, ofSecond, _) = await behind.OpenAsync();

        ofFirst.Close((CloseCode)4001, "from the server");
        second.Close((CloseCode)4002, "from the client");

        await Task.WhenAll(first.Closed, ofFirst.Closed, second.Closed, ofSecond.Closed).Soon();
        Assert.Equal(((CloseCode)4001, "from the server", true), (first.CloseCode, first.CloseReason, first.WasClean));
        Assert.Equal(((CloseCode)4002, "from the client", true), (ofSecond.CloseCode, ofSecond.CloseReason, ofSecond.WasClean));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Pings_keep_a_connection_that_the_proxy_would_cut(Route route)
    {
        const int IdleSeconds = 3;
        await using var pinging = await Behind.StartAsync(route, TimeSpan.FromMilliseconds(250), IdleSeconds);
        await using var silent = await Behind.StartAsync(route, TimeSpan.Zero, IdleSeconds);
        var (kept, _, _) = await pinging.OpenAsync();
        var (cut, _, _) = await silent.OpenAsync();

        // The one that is cut was opened later: the other has been idle for longer by then.
        await cut.Closed.Soon();

        Assert.Equal((CloseCode.AbnormalClosure, false), (cut.CloseCode, cut.WasClean));
        var answers = kept.Messages.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        kept.Send("still there");
        Assert.True(await answers.MoveNextAsync().AsTask().Soon());
        Assert.Equal("still there", answers.Current.Text);
    }
}
