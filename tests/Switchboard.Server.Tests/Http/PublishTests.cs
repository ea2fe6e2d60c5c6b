using System.Text;
using System.Text.Json;
using Switchboard.Rooms;
using Switchboard.Server.Endpoints.Messages;

namespace Switchboard.Server.Tests.Http;

public sealed class PublishTests : IAsyncLifetime
{
    private InProcessServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InProcessServer.StartAsync(
        ["--Switchboard:Rooms:Patterns:0:Name=slow-*", "--Switchboard:Rooms:Patterns:0:Rate:PerSecond=2", "--Switchboard:Rooms:Patterns:0:Rate:Burst=1",
         "--Switchboard:Rooms:Patterns:1:Name=small", "--Switchboard:Rooms:Patterns:1:MaxMessageBytes=8",
         "--Switchboard:Rooms:Patterns:2:Name=huge", "--Switchboard:Rooms:Patterns:2:MaxMessageBytes=32000000",
         "--Switchboard:Rooms:Patterns:3:Name=free", "--Switchboard:Rooms:Patterns:3:Rate=none"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_same_id_of_the_same_publisher_has_one_effect()
    {
        (string, string) id = ("Idempotency-Key", "m1");
        var first = await _server.PostAsync("/rooms/once/messages?as=ada", "a", "text/plain", id);
        var again = await _server.PostAsync("/rooms/once/messages?as=ada", "b", "text/plain", id);
        var other = await _server.PostAsync("/rooms/once/messages?as=bob", "c", "text/plain", id);
        var elsewhere = await _server.PostAsync("/rooms/twice/messages?as=ada", "d", "text/plain", id);

        Assert.Equal((1, 2, 1), (await first.SequenceAsync(), await other.SequenceAsync(), await elsewhere.SequenceAsync()));
        Assert.Equal(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var kept = (await _server.JsonAsync("/rooms/once/messages")).GetProperty("messages");
        Assert.Equal(["a", "c"], kept.EnumerateArray().Select(message => message.GetProperty("data").GetString()));
        Assert.All(kept.EnumerateArray(), message => Assert.Equal("m1", message.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("application/json", """{"a":[1,null]}""", """{"a":[1,null]}""")]
    [InlineData("application/json; charset=utf-8", "1e400", "1e400")]
    [InlineData("APPLICATION/JSON", "\"h\\u00e9\\n\"", "\"hé\\n\"")]
    [InlineData("application/json", """{"base64":"/wA="}""", """{"base64":"/wA="}""")]
    [InlineData("application/json", """{"base64":"/wA=","x":1}""", """{"base64":"/wA=","x":1}""")]
    [InlineData("text/plain", """{"a":1}""", "\"{\\\"a\\\":1}\"")]
    [InlineData("application/x-www-form-urlencoded", "a=1", "\"a=1\"")]
    [InlineData("no type at all", "x", "\"x\"")]
    [InlineData("image/svg+xml", "<>", """{"base64":"PD4="}""")]
    [InlineData("application/octet-stream", "", """{"base64":""}""")]
    [InlineData("text/html", "<script>alert(1)</script>\r\n\u2028", "\"<script>alert(1)</script>\\r\\n\u2028\"")]
    public async Task The_content_type_says_what_a_message_is(string type, string body, string data)
    {
        var room = $"/rooms/types-{Guid.NewGuid()}/messages";
        await (await _server.PostAsync(room, body, type)).SequenceAsync();

        using var answer = await _server.GetAsync(room);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var message = (await answer.JsonAsync()).GetProperty("messages").EnumerateArray().Single();
        Assert.Equal(JsonSerializer.Serialize(JsonElement.Parse(data)), JsonSerializer.Serialize(message.GetProperty("data")));
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{")]
    [InlineData("application/json", "{} {}")]
    [InlineData("application/json", "1,\"id\":2")]
    [InlineData("application/json", "\"\\ud800\"")]
    [InlineData("application/json", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    [InlineData("application/json", """{"base64":"?"}""")]
    [InlineData("application/json; charset=utf-16", "\0{\0}")]
    public async Task What_is_not_what_it_says_is_malformed(string type, string body) =>
        await (await _server.PostAsync("/rooms/malformed/messages", body, type)).RefusesAsync(400, "malformed");

    [Theory]
    [InlineData("application/json", new byte[] { (byte)'"', 0xFF, (byte)'"' })]
    [InlineData("application/json", new byte[] { (byte)'[', (byte)'"', 0xC0, 0x80, (byte)'"', (byte)']' })]
    [InlineData("text/plain", new byte[] { 0xED, 0xA0, 0x80 })]
    public async Task Text_that_is_not_UTF_8_is_malformed(string type, byte[] body) =>
        await (await _server.PostAsync("/rooms/malformed/messages", body, type)).RefusesAsync(400, "malformed");

    [Theory]
    [InlineData("?key=")]
    [InlineData("?key=a&key=b")]
    [InlineData("?as=%0d%0aSet-Cookie:x")]
    [InlineData("?as=a&as=b")]
    public async Task Wrong_parameters_are_malformed(string query) =>
        await (await _server.PostAsync($"/rooms/malformed/messages{query}", "x")).RefusesAsync(400, "malformed");

    [Fact]
    public async Task An_id_has_1_to_200_bytes_and_may_look_like_anything()
    {
        string[] ids = ["'; DROP TABLE messages; --", "👋", new('x', 200), "\"quoted\"", "%0d%0a", "<b>"];
        foreach (var id in ids)
        {
            Assert.Equal(201, await PostWithIdAsync(Encoding.UTF8.GetBytes(id)));
            Assert.Equal(201, await PostWithIdAsync(Encoding.UTF8.GetBytes(id)));
        }

        Assert.Equal(400, await PostWithIdAsync([]));
        Assert.Equal(400, await PostWithIdAsync(new byte[201].Select(_ => (byte)'x').ToArray()));
        Assert.Equal(400, await PostWithIdAsync("a\r\nIdempotency-Key: b"u8.ToArray()));
        Assert.Equal(400, await PostWithIdAsync([(byte)'a', 0, (byte)'b']));
        Assert.Equal(400, await PostWithIdAsync([0xC3, 0x28]));

        var kept = (await _server.JsonAsync("/rooms/ids/messages")).GetProperty("messages");
        Assert.Equal(ids, kept.EnumerateArray().Select(message => message.GetProperty("id").GetString()));

        async Task<int> PostWithIdAsync(byte[] id)
        {
            using var client = await RawClient.ConnectAsync(_server.Address.Port);
            await client.SendAsync([.. Encoding.ASCII.GetBytes("POST /rooms/ids/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: "), .. id, .. "\r\nContent-Length: 1\r\n\r\nx"u8]);
            return (await client.ReadAnswerAsync()).Status;
        }
    }

    [Fact]
    public async Task Who_is_too_fast_is_told_how_long_to_wait_by_publisher_and_room()
    {
        Assert.Equal(1, await (await _server.PostAsync("/rooms/slow-a/messages?as=ada", "1")).SequenceAsync());
        var refused = await _server.PostAsync("/rooms/slow-a/messages?as=ada", "2");
        var details = await refused.RefusesAsync(429, "rate-limited");
        Assert.Equal((0.5, "1"), (details.GetProperty("retryAfter").GetDouble(), refused.Headers.GetValues("Retry-After").Single()));

        Assert.Equal(2, await (await _server.PostAsync("/rooms/slow-a/messages?as=bob", "3")).SequenceAsync());
        Assert.Equal(1, await (await _server.PostAsync("/rooms/slow-b/messages?as=ada", "4")).SequenceAsync());
        _server.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(3, await (await _server.PostAsync("/rooms/slow-a/messages?as=ada", "5")).SequenceAsync());
    }

    [Fact]
    public void However_many_publish_few_are_remembered()
    {
        var rates = new PublisherRates(_server.Clock, capacity: 10);
        Assert.True(RoomName.TryCreate("lobby", out var room, out _));
        var limit = new RateLimit { PerSecond = 1, Burst = 1 };
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(TimeSpan.Zero, rates.Take(room, $"{i}", limit));
            Assert.InRange(rates.Count, 1, 20);
        }

        Assert.Equal(TimeSpan.FromSeconds(1), rates.Take(room, "999", limit));
        Assert.Equal(TimeSpan.FromSeconds(1), rates.Take(room, "990", limit));
    }

    [Theory]
    [InlineData("text/plain", "12345678", 201)]
    [InlineData("text/plain", "123456789", 413)]
    [InlineData("application/json", "\"\\u0061\\u0062\\u0063\\u0064\"", 201)]
    [InlineData("application/json", "[1,2,3,4,5]", 413)]
    [InlineData("application/json", """{"base64":"AAAAAAAAAAA="}""", 201)]
    [InlineData("application/json", """{"base64":"AAAAAAAAAAAA"}""", 413)]
    public async Task What_a_message_says_is_measured(string type, string body, int status)
    {
        var answer = await _server.PostAsync("/rooms/small/messages", body, type);
        if (status == 413)
        {
            await answer.RefusesAsync(413, "too-big");
        }
        else
        {
            await answer.SequenceAsync();
        }
    }

    [Fact]
    public async Task The_longest_message_may_be_escaped_from_end_to_end()
    {
        var escaped = $"\"{string.Concat(Enumerable.Repeat("\\u0061", 65_536))}\"";
        await (await _server.PostAsync("/rooms/escaped/messages", escaped, "application/json")).SequenceAsync();
        Assert.Equal(new string('a', 65_536), (await _server.JsonAsync("/rooms/escaped/messages")).GetProperty("messages")[0].GetProperty("data").GetString());
        await (await _server.PostAsync("/rooms/escaped/messages", $"\"a{escaped[1..]}", "application/json")).RefusesAsync(413, "too-big");
    }

    [Fact]
    public async Task A_room_may_take_more_than_the_HTTP_server_would_by_itself()
    {
        await (await _server.PostAsync("/rooms/huge/messages", new byte[31_000_000], "application/octet-stream")).SequenceAsync();
        await (await _server.PostAsync("/rooms/huge/messages", new byte[32_000_001], "application/octet-stream")).RefusesAsync(413, "too-big");
    }

    [Fact]
    public async Task Without_a_rate_there_is_no_limit()
    {
        for (var i = 1; i <= 250; i++)
        {
            Assert.Equal(i, await (await _server.PostAsync("/rooms/free/messages?as=ada", "x")).SequenceAsync());
        }
    }

    [Theory]
    [InlineData("gzip", 400)]
    [InlineData("br, gzip", 400)]
    [InlineData("identity", 201)]
    public async Task A_body_is_taken_as_it_is_and_not_if_it_is_coded(string coding, int status)
    {
        var answer = await RawClient.AskAsync(
            _server.Address.Port,
            $"POST /rooms/coded/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\nContent-Encoding: {coding}\r\nContent-Length: 2\r\n\r\nhi");
        Assert.Equal(status, answer.Status);
        if (status == 400)
        {
            Assert.Equal("malformed", JsonElement.Parse(answer.Body).GetProperty("code").GetString());
        }
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhixx")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\n\r\n")]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi")]
    [InlineData("Content-Length: -2\r\n\r\nhi")]
    public async Task A_body_that_breaks_the_rules_of_HTTP_is_no_message(string rest)
    {
        var answer = await RawClient.AskAsync(_server.Address.Port, $"POST /rooms/broken/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n{rest}");
        Assert.Equal(400, answer.Status);
        if (answer.Body.Length > 0)
        {
            Assert.Equal("malformed", JsonElement.Parse(answer.Body).GetProperty("code").GetString());
        }

        Assert.Equal(0, (await _server.JsonAsync("/rooms/broken/messages")).GetProperty("seq").GetInt64());
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhi")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n")]
    public async Task Half_a_body_is_no_message(string rest)
    {
        using (var client = await RawClient.ConnectAsync(_server.Address.Port))
        {
            await client.SendAsync($"POST /rooms/half/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n{rest}");
            client.EndOutput();
            await client.ReadToEndAsync();
        }

        Assert.Equal(1, await (await _server.PostAsync("/rooms/half/messages", "whole")).SequenceAsync());
    }

    [Fact]
    public async Task A_store_that_takes_nothing_is_503_and_nothing_is_acknowledged()
    {
        await using var server = await InProcessServer.StartAsync(log: new BrokenLog());
        foreach (var answer in new[] { await server.PostAsync("/rooms/a/messages", "x"), await server.GetAsync("/rooms/a/messages"), await server.GetAsync("/rooms"), await server.GetAsync("/rooms/a/events") })
        {
            await answer.RefusesAsync(503, "unavailable");
            Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
        }
    }

    [Fact]
    public async Task The_application_s_own_code_may_change_and_refuse()
    {
        await using var server = await InProcessServer.StartAsync(hooks: new Censor());

        await (await server.PostAsync("/rooms/a/messages", "bad")).RefusesAsync(403, "refused");
        await (await server.PostAsync("/rooms/a/messages", "good")).SequenceAsync();
        await (await server.GetAsync("/rooms/closed/messages")).RefusesAsync(403, "refused");
        await (await server.GetAsync("/rooms/closed/members")).RefusesAsync(403, "refused");
        await (await server.GetAsync("/rooms/closed/events")).RefusesAsync(403, "refused");
        await (await server.PostAsync("/rooms/closed/messages", "good")).SequenceAsync();
        Assert.Equal(["a"], (await server.JsonAsync("/rooms")).GetProperty("rooms").EnumerateArray().Select(room => room.GetProperty("name").GetString()));
    }

    private sealed class Censor : RoomHooks
    {
        public override ValueTask<Refusal?> AuthorizeAsync(RoomName room, RoomIdentity who, CancellationToken cancellationToken) =>
            new(room.ToString() == "closed" ? Refusal.Because("It is closed.") : null);

        public override ValueTask<Refusal?> BeforePublishAsync(RoomName room, Publication message, CancellationToken cancellationToken) =>
            new(message.Payload.Span.SequenceEqual("bad"u8) ? Refusal.Because("We do not say so.") : null);
    }

    private sealed class BrokenLog : IMessageLog
    {
        public ValueTask<LogReceipt> AppendAsync(RoomName room, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<HistoryPage> ReadAsync(RoomName room, HistoryQuery query, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<int> TrimAsync(RoomName room, Retention retention, DateTimeOffset now, int atMost, CancellationToken cancellationToken) => throw Fault;

        public ValueTask<IReadOnlyList<RoomName>> ListAsync(RoomName? after, int limit, CancellationToken cancellationToken) => throw Fault;

        private static LogUnavailableException Fault => new("The disk is full.");
    }
}
