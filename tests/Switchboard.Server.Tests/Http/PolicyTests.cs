using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests.Http;

/// <summary>What settings and names mean at the doors.</summary>
public sealed class PolicyTests
{
    [Fact]
    public async Task A_pattern_s_readers_and_writers_take_the_place_of_the_default_s()
    {
        await using var server = await InProcessServer.StartAsync(
        [
            "--Switchboard:Rooms:Default:Readers:0=*", "--Switchboard:Rooms:Default:Writers:0=admin",
            "--Switchboard:Rooms:Patterns:0:Name=staff-*", "--Switchboard:Rooms:Patterns:0:Readers:0=staff",
            "--Switchboard:Rooms:Patterns:1:Name=news", "--Switchboard:Rooms:Patterns:1:Writers:0=editor-*",
        ]);

        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/rooms/staff-1/messages?as=eve"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/rooms/staff-1/messages?as=staff"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/rooms/lobby/messages?as=eve"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("/rooms/news/messages?as=admin"));
        Assert.Equal(HttpStatusCode.Created, await PostAsync("/rooms/news/messages?as=editor-1"));
        Assert.Equal(HttpStatusCode.Created, await PostAsync("/rooms/staff-1/messages?as=admin"));

        async Task<HttpStatusCode> GetAsync(string target) => (await server.SendAsync(HttpMethod.Get, target)).StatusCode;
        async Task<HttpStatusCode> PostAsync(string target) => (await server.SendAsync(HttpMethod.Post, target, new StringContent("x"))).StatusCode;
    }

    [Fact]
    public async Task Whoever_gives_no_name_shares_ids_with_nobody()
    {
        // Both take ids that count from one, as simple clients do; names are given anew after a restart.
        await using var server = await InProcessServer.StartAsync();
        var first = await AcknowledgedAsync(server, "from the first");
        var second = await AcknowledgedAsync(server, "from the second");

        Assert.Equal((1, 2), (first, second));
    }

    [Fact]
    public async Task A_room_that_stores_nothing_answers_202()
    {
        await using var server = await InProcessServer.StartAsync(["--Switchboard:Rooms:Patterns:0:Name=cursors-*", "--Switchboard:Rooms:Patterns:0:Durable=false"]);

        Assert.Equal(HttpStatusCode.Accepted, (await server.SendAsync(HttpMethod.Post, "/rooms/cursors-1/messages", new StringContent("x"))).StatusCode);
    }

    [Fact]
    public async Task The_echo_takes_those_who_are_let_in()
    {
        await using var server = await InProcessServer.StartAsync(InProcessServer.Secret);
        using var stranger = new ClientWebSocket();
        using var ada = new ClientWebSocket();
        ada.Options.SetRequestHeader("Authorization", $"Bearer {InProcessServer.Token("ada", "{}")}");

        await Assert.ThrowsAsync<WebSocketException>(() => stranger.ConnectAsync(server.WebSocket("/echo"), TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Unauthorized, (await UpgradeAsync(server)).StatusCode);
        await ada.ConnectAsync(server.WebSocket("/echo"), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task How_many_frames_may_be_malformed_is_a_setting(int most)
    {
        await using var server = await InProcessServer.StartAsync([$"--Switchboard:Sockets:MaxMalformedFrames={most}"]);
        using var socket = await ConnectAsync(server, "/rooms");
        for (var i = 0; i < most; i++)
        {
            await SendAsync(socket, "nonsense");
            Assert.Equal("malformed", (await ReceiveAsync(socket)).GetProperty("code").GetString());
        }

        var closed = await socket.ReceiveAsync(new byte[1000], TestContext.Current.CancellationToken).Soon();
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (closed.MessageType, closed.CloseStatus));
    }

    [Fact]
    public async Task To_join_and_to_ask_is_limited_too()
    {
        await using var server = await InProcessServer.StartAsync(
            ["--Switchboard:Rooms:Default:Rate:PerSecond=1", "--Switchboard:Rooms:Default:Rate:Burst=2"]);
        using var socket = await ConnectAsync(server, "/rooms");

        await SendAsync(socket, """{"type":"join","room":"a"}""");
        Assert.Equal("joined", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await SendAsync(socket, """{"type":"members","room":"a"}""");
        Assert.Equal("members", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await SendAsync(socket, """{"type":"history","room":"a","id":"h"}""");
        var refusal = await ReceiveAsync(socket);
        Assert.Equal(("rate-limited", "h", 1), (refusal.GetProperty("code").GetString(), refusal.GetProperty("id").GetString(), refusal.GetProperty("retryAfter").GetDouble()));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(socket, """{"type":"history","room":"a","id":"h"}""");
        Assert.Equal("history", (await ReceiveAsync(socket)).GetProperty("type").GetString());
    }

    private static async Task<long> AcknowledgedAsync(InProcessServer server, string text)
    {
        using var socket = await ConnectAsync(server, "/rooms/guests?echo=0");
        Assert.Equal("joined", (await ReceiveAsync(socket)).GetProperty("type").GetString());
        await SendAsync(socket, JsonSerializer.Serialize(new { type = "publish", id = "1", data = text }));
        var ack = await ReceiveAsync(socket);
        Assert.Equal("ack", ack.GetProperty("type").GetString());
        return ack.GetProperty("seq").GetInt64();
    }

    private static Task<HttpResponseMessage> UpgradeAsync(InProcessServer server) => server.SendAsync(
        HttpMethod.Get, "/echo", null, ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));

    private static async Task<ClientWebSocket> ConnectAsync(InProcessServer server, string target)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("switchboard.v1.json");
        await socket.ConnectAsync(server.WebSocket(target), TestContext.Current.CancellationToken);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[10_000];
        var part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).Soon();
        return JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, part.Count));
    }
}
