using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Rooms;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Http;

/// <summary>Who may do what, at every door: HTTP, event streams and WebSockets.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private const string Reader = """{"lobby":["read"],"game-*":["read","write"]}""";

    private InProcessServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InProcessServer.StartAsync([.. InProcessServer.Secret, "--Switchboard:Auth:Cookie=session"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/rooms")]
    [InlineData("/rooms/lobby/members")]
    [InlineData("/rooms/lobby/messages")]
    [InlineData("/rooms/lobby/events")]
    public async Task Without_a_good_token_all_is_401_with_a_challenge(string target)
    {
        var none = await _server.GetAsync(target);
        await none.RefusesAsync(401, "unauthenticated");
        Assert.Equal("Bearer", none.Headers.WwwAuthenticate.ToString());

        var expired = await _server.GetAsync(target, Bearer(InProcessServer.Token("u-1", Reader, TimeSpan.FromHours(-1))));
        await expired.RefusesAsync(401, "unauthenticated");
        Assert.StartsWith("Bearer error=\"invalid_token\"", expired.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);

        await (await _server.GetAsync(target, Bearer("a.b.c"), ("Cookie", "session=d.e.f"))).RefusesAsync(400, "unauthenticated");
        await (await _server.GetAsync($"{target}?token={InProcessServer.Token("u-1", Reader)}")).RefusesAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Publishing_takes_the_right_to_write_and_reading_to_read()
    {
        var reader = Bearer(InProcessServer.Token("u-1", Reader));
        var writer = Bearer(InProcessServer.Token("u-2", """{"lobby":["write"]}"""));

        await (await _server.PostAsync("/rooms/lobby/messages", "x")).RefusesAsync(401, "unauthenticated");
        await (await _server.PostAsync("/rooms/lobby/messages", "x", "text/plain", reader)).RefusesAsync(403, "forbidden");
        await (await _server.PostAsync("/rooms/other/messages", "x", "text/plain", writer)).RefusesAsync(403, "forbidden");
        await (await _server.PostAsync("/rooms/lobby/messages", "x", "text/plain", writer)).SequenceAsync();
        foreach (var what in (string[])["messages", "members", "events"])
        {
            await (await _server.GetAsync($"/rooms/lobby/{what}", writer)).RefusesAsync(403, "forbidden");
            using var allowed = await _server.GetAsync($"/rooms/lobby/{what}", reader);
            Assert.Equal(200, (int)allowed.StatusCode);
        }

        var message = (await _server.JsonAsync("/rooms/lobby/messages", reader)).GetProperty("messages").EnumerateArray().Single();
        Assert.Equal("u-2", message.GetProperty("from").GetString());
    }

    [Fact]
    public async Task Only_rooms_that_one_may_read_are_listed()
    {
        var everybody = Bearer(InProcessServer.Token("root", """{"*":["manage"]}"""));
        foreach (var room in (string[])["a", "game-1", "game-2", "lobby", "secret"])
        {
            await (await _server.PostAsync($"/rooms/{room}/messages", "x", "text/plain", everybody)).SequenceAsync();
        }

        using var answer = await _server.GetAsync("/rooms?limit=2", Bearer(InProcessServer.Token("u-1", Reader)));
        var body = await answer.JsonAsync();
        Assert.Equal("game-1 game-2", Names(body));
        Assert.Equal("</rooms?after=game-2&limit=2>; rel=\"next\"", answer.Headers.GetValues("Link").Single());
        var rest = await _server.JsonAsync("/rooms?after=game-2&limit=2", Bearer(InProcessServer.Token("u-1", Reader)));
        Assert.Equal(("lobby", false), (Names(rest), rest.GetProperty("more").GetBoolean()));
        Assert.Equal("", Names(await _server.JsonAsync("/rooms", Bearer(Jwt.Hs256()))));

        static string Names(JsonElement body) => string.Join(' ', body.GetProperty("rooms").EnumerateArray().Select(room => room.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Only_a_manager_publishes_in_another_s_name_and_ids_are_of_who_publishes()
    {
        var writer = Bearer(InProcessServer.Token("u-1", """{"lobby":["write"]}"""));
        var manager = Bearer(InProcessServer.Token("backend", """{"lobby":["manage"]}"""));

        await (await _server.PostAsync("/rooms/lobby/messages?as=bank", "x", "text/plain", writer)).RefusesAsync(403, "forbidden");
        Assert.Equal(1, await (await _server.PostAsync("/rooms/lobby/messages?as=u-1", "x", "text/plain", writer, ("Idempotency-Key", "m"))).SequenceAsync());
        Assert.Equal(2, await (await _server.PostAsync("/rooms/lobby/messages?as=bank", "y", "text/plain", manager, ("Idempotency-Key", "m"))).SequenceAsync());
        Assert.Equal(2, await (await _server.PostAsync("/rooms/lobby/messages?as=u-1", "y", "text/plain", manager, ("Idempotency-Key", "m"))).SequenceAsync());
        var messages = (await _server.JsonAsync("/rooms/lobby/messages", manager)).GetProperty("messages").EnumerateArray();
        Assert.Equal(["u-1", "bank"], messages.Select(message => message.GetProperty("from").GetString()));
    }

    [Fact]
    public async Task An_event_stream_ends_when_the_token_does()
    {
        using var ada = await _server.ListenAsync("/rooms/lobby/events", Bearer(InProcessServer.Token("u-1", Reader, TimeSpan.FromMinutes(5))));
        Assert.Equal("u-1", (await ada.HearAsync("joined")).GetProperty("name").GetString());

        // With the clock skew of 30 s that is allowed.
        _server.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Null(await ada.NextAsync());
        Assert.True(ada.IsWhole);
    }

    [Fact]
    public async Task Who_comes_back_to_a_stream_needs_a_fresh_token_and_goes_on_where_it_was()
    {
        var writer = Bearer(InProcessServer.Token("u-2", """{"lobby":["write"]}"""));
        var cookie = ("Cookie", $"session={InProcessServer.Token("u-1", Reader, TimeSpan.FromMinutes(5))}");
        using var ada = await _server.ListenAsync("/rooms/lobby/events", cookie);
        await ada.HearAsync("joined");
        await (await _server.PostAsync("/rooms/lobby/messages", "1", "text/plain", writer)).SequenceAsync();
        await ada.HearMessagesAsync(1);

        _server.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Null(await ada.NextAsync());
        await Patience.Until(async () => (await _server.JsonAsync("/rooms/lobby/members", Bearer(InProcessServer.Token("u-3", Reader)))).GetProperty("count").GetInt32() == 0);
        await (await _server.PostAsync("/rooms/lobby/messages", "2", "text/plain", writer)).SequenceAsync();
        await (await _server.GetAsync("/rooms/lobby/events", cookie, ("Last-Event-ID", ada.LastEventId))).RefusesAsync(401, "unauthenticated");

        using var again = await _server.ListenAsync(
            "/rooms/lobby/events", ("Cookie", $"session={InProcessServer.Token("u-1", Reader)}"), ("Last-Event-ID", ada.LastEventId));
        await again.HearAsync("joined");
        Assert.Equal([2], await again.HearMessagesAsync(1));
    }

    [Fact]
    public async Task A_stream_whose_token_expires_before_it_begins_is_one_without_events()
    {
        var hooks = new Dawdler();
        await using var server = await InProcessServer.StartAsync(InProcessServer.Secret, hooks);
        await (await server.PostAsync("/rooms/lobby/messages", "1", "text/plain", Bearer(InProcessServer.Token("u-2", """{"lobby":["write"]}""")))).SequenceAsync();
        hooks.Before = () => server.Clock.Advance(TimeSpan.FromMinutes(6));

        using var ada = await server.ListenAsync("/rooms/lobby/events?since=0", Bearer(InProcessServer.Token("u-1", Reader, TimeSpan.FromMinutes(5))));
        Assert.Null(await ada.NextAsync());
        Assert.True(ada.IsWhole);
        await Patience.Until(() => server.Services.GetRequiredService<Switchboard.Rooms.WebSockets.RoomSockets>().Directory.Count == 0);
    }

    private sealed class Dawdler : RoomHooks
    {
        public Action? Before { get; set; }

        public override ValueTask<Refusal?> AuthorizeAsync(RoomName room, RoomIdentity who, CancellationToken cancellationToken)
        {
            Before?.Invoke();
            return default;
        }
    }

    [Theory]
    [InlineData("/rooms/lobby", null, 401)]
    [InlineData("/rooms", null, 401)]
    [InlineData("/rooms/secret", Reader, 403)]
    [InlineData("/rooms/a%2Fb", Reader, 400)]
    [InlineData("/rooms/lobby", Reader, 101)]
    public async Task A_WebSocket_is_refused_before_the_upgrade(string target, string? rooms, int status)
    {
        var token = rooms is null ? "" : $", bearer.{InProcessServer.Token("u-1", rooms)}";
        var answer = await RawClient.KnockAsync(_server.Address.Port, target, $"Sec-WebSocket-Protocol: switchboard.v1.json{token}\r\n");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 101 ? "switchboard.v1.json" : null, answer.Header("Sec-WebSocket-Protocol"));
        Assert.Equal(status == 401 ? "Bearer" : null, answer.Header("WWW-Authenticate"));
        if (status != 101)
        {
            var code = status switch { 401 => "unauthenticated", 403 => "forbidden", _ => "bad-room" };
            Assert.Equal(code, JsonElement.Parse(answer.Body).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_WebSocket_is_of_who_the_token_says_until_it_expires_or_is_renewed()
    {
        using var ada = await ConnectAsync("/rooms/lobby?as=mallory", InProcessServer.Token("u-1", Reader, TimeSpan.FromMinutes(5)));
        Assert.Equal("u-1", JsonElement.Parse(await ada.HearAsync()).GetProperty("name").GetString());
        await ada.SayAsync("""{"type":"publish","id":"m","data":1}""");
        Assert.Equal("forbidden", JsonElement.Parse(await ada.HearAsync()).GetProperty("code").GetString());

        foreach (var bad in (string[])["a.b.c", InProcessServer.Token("u-2", Reader)])
        {
            await ada.SayAsync($$"""{"type":"auth","token":"{{bad}}"}""");
            Assert.Equal("unauthenticated", JsonElement.Parse(await ada.HearAsync()).GetProperty("code").GetString());
        }

        await ada.SayAsync($$"""{"type":"auth","token":"{{InProcessServer.Token("u-1", """{"lobby":["read","write"]}""", TimeSpan.FromMinutes(20))}}"}""");
        Assert.Equal("authenticated", JsonElement.Parse(await ada.HearAsync()).GetProperty("type").GetString());
        _server.Clock.Advance(TimeSpan.FromMinutes(10));
        await ada.SayAsync("""{"type":"publish","id":"m","data":1}""");
        Assert.Equal("message", JsonElement.Parse(await ada.HearAsync()).GetProperty("type").GetString());
        Assert.Equal("ack", JsonElement.Parse(await ada.HearAsync()).GetProperty("type").GetString());
        _server.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(4401, (int)(await ada.HearCloseAsync()).Code);
    }

    [Fact]
    public async Task Of_several_rooms_each_asks_for_its_own_right()
    {
        using var ada = await ConnectAsync("/rooms", InProcessServer.Token("u-1", Reader));
        await ada.SayAsync("""{"type":"join","room":"secret"}""");
        Assert.Equal("forbidden", JsonElement.Parse(await ada.HearAsync()).GetProperty("code").GetString());
        await ada.SayAsync("""{"type":"join","room":"lobby"}""");
        Assert.Equal("joined", JsonElement.Parse(await ada.HearAsync()).GetProperty("type").GetString());
        Assert.Equal(WebSocketState.Open, ada.State);
    }

    [Fact]
    public async Task What_a_page_is_for_needs_no_token()
    {
        foreach (var target in (string[])["/healthz", "/readyz", "/openapi/v1.json", "/", "/app.js"])
        {
            using var answer = await _server.GetAsync(target);
            Assert.Equal(200, (int)answer.StatusCode);
        }
    }

    private Task<ClientWebSocket> ConnectAsync(string target, string token) => Browserlike.ConnectAsync(_server.WebSocket(target), options =>
    {
        options.AddSubProtocol("switchboard.v1.json");
        options.AddSubProtocol($"bearer.{token}");
    });

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");
}
