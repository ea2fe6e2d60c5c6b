using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests.Http;

/// <summary>Rooms as event streams: the whole of a room but for publishing, for networks that let no WebSocket through.</summary>
public sealed class EventStreamTests : IAsyncLifetime
{
    private InProcessServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InProcessServer.StartAsync(
        ["--Switchboard:Rooms:Patterns:0:Name=pair", "--Switchboard:Rooms:Patterns:0:MaxMembers=2",
         "--Switchboard:Rooms:Patterns:1:Name=short", "--Switchboard:Rooms:Patterns:1:Retention:MaxMessages=3"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_member_hears_where_the_room_stands_then_the_past_then_all_that_comes()
    {
        await SayAsync("talk", 5);

        using var ada = await _server.ListenAsync("/rooms/talk/events?as=ada&last=2");
        var joined = await ada.HearAsync("joined");
        Assert.Equal((5, 1, "ada", true), (joined.GetProperty("seq").GetInt64(), joined.GetProperty("members").GetInt64(), joined.GetProperty("name").GetString(), joined.GetProperty("durable").GetBoolean()));
        Assert.Equal([4, 5], await ada.HearMessagesAsync(2));
        await SayAsync("talk", 2);
        Assert.Equal([6, 7], await ada.HearMessagesAsync(2));
        Assert.Equal("no-store", ada.Answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task What_the_browser_has_heard_last_is_where_it_goes_on()
    {
        await SayAsync("resume", 300);
        using (var first = await _server.ListenAsync("/rooms/resume/events?since=0"))
        {
            await first.HearAsync("joined");
            Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), await first.HearMessagesAsync(10));
        }

        // The header counts, and not what the page once wrote into the URL.
        using var again = await _server.ListenAsync("/rooms/resume/events?since=0", ("Last-Event-ID", "10"));
        await again.HearAsync("joined");
        Assert.Equal(Enumerable.Range(11, 290).Select(i => (long)i), await again.HearMessagesAsync(290));
    }

    [Fact]
    public async Task Who_is_cut_off_before_the_first_message_misses_none()
    {
        await SayAsync("early", 3);
        string position;
        using (var first = await _server.ListenAsync("/rooms/early/events?last=1"))
        {
            await first.HearAsync("joined");
            position = first.LastEventId;
        }

        await SayAsync("early", 1);
        using var again = await _server.ListenAsync("/rooms/early/events?last=1", ("Last-Event-ID", position));
        await again.HearAsync("joined");
        Assert.Equal([3, 4], await again.HearMessagesAsync(2));
    }

    [Theory]
    [InlineData("?since=99", "")]
    [InlineData("?since=2&epoch=00000000-0000-0000-0000-000000000001", "")]
    [InlineData("", "99")]
    public async Task A_position_that_is_gone_is_a_reset_and_what_is_kept_follows(string query, string lastEventId)
    {
        await SayAsync("gone", 3);

        using var ada = await _server.ListenAsync($"/rooms/gone/events{query}", ("Last-Event-ID", lastEventId));
        await ada.HearAsync("joined");
        var reset = await ada.HearAsync("reset");
        Assert.Equal((1, 3), (reset.GetProperty("first").GetInt64(), reset.GetProperty("seq").GetInt64()));
        Assert.Equal("0", ada.LastEventId);
        Assert.Equal([1, 2, 3], await ada.HearMessagesAsync(3));
    }

    [Fact]
    public async Task The_epoch_that_was_told_is_known()
    {
        await SayAsync("epoch", 2);
        using var first = await _server.ListenAsync("/rooms/epoch/events");
        var epoch = (await first.HearAsync("joined")).GetProperty("epoch").GetGuid();

        using var again = await _server.ListenAsync($"/rooms/epoch/events?since=1&epoch={epoch}");
        await again.HearAsync("joined");
        Assert.Equal([2], await again.HearMessagesAsync(1));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1 ")]
    [InlineData("1, 2")]
    [InlineData("99999999999999999999")]
    [InlineData("<script>")]
    public async Task A_position_that_is_none_is_malformed(string position)
    {
        var answer = await RawClient.AskAsync(
            _server.Address.Port, $"GET /rooms/position/events HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: \t{position}x\r\nAccept: text/event-stream\r\n\r\n");
        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"malformed\"", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("script", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Presence_and_signals_are_events_of_their_names()
    {
        using var ada = await _server.ListenAsync("/rooms/names/events?as=ada");
        await ada.HearAsync("joined");
        using var bob = await Browserlike.ConnectAsync(_server.WebSocket("/rooms/names?as=bob"), options => options.AddSubProtocol("switchboard.v1.json"));

        var joined = await ada.HearAsync("presence");
        Assert.Equal(("bob", 2), (joined.GetProperty("joined").GetString(), joined.GetProperty("members").GetInt64()));
        await bob.SayAsync("""{"type":"signal","data":{"typing":true}}""");
        var signal = await ada.HearAsync("signal");
        Assert.Equal(("bob", true), (signal.GetProperty("from").GetString(), signal.GetProperty("data").GetProperty("typing").GetBoolean()));
        await bob.GoAsync();
        Assert.Equal("bob", (await ada.HearAsync("presence")).GetProperty("left").GetString());
    }

    [Theory]
    [InlineData("{\"a\":\r\n1,\n\"b\"\r:2}")]
    [InlineData("[\n\n\n1\r\r]")]
    public async Task Line_breaks_of_a_publisher_s_own_are_no_events_of_his(string json)
    {
        using var ada = await _server.ListenAsync($"/rooms/lines-{json.Length}/events");
        await ada.HearAsync("joined");
        await (await _server.PostAsync($"/rooms/lines-{json.Length}/messages", json, "application/json")).SequenceAsync();
        await (await _server.PostAsync($"/rooms/lines-{json.Length}/messages", "\r\n\r\nevent: joined\ndata: {}\n\n")).SequenceAsync();

        Assert.Equal(JsonSerializer.Serialize(JsonElement.Parse(json)), JsonSerializer.Serialize((await ada.HearAsync("message")).GetProperty("data")));
        Assert.Equal("\r\n\r\nevent: joined\ndata: {}\n\n", (await ada.HearAsync("message")).GetProperty("data").GetString());
    }

    [Fact]
    public async Task Silence_is_filled_with_comments_every_15_seconds()
    {
        using var ada = await _server.ListenAsync("/rooms/silence/events");
        await ada.HearAsync("joined");

        _server.Clock.Advance(TimeSpan.FromSeconds(14));
        await SayAsync("silence", 1);
        await ada.HearMessagesAsync(1);
        Assert.Equal(0, ada.Comments);
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        _server.Clock.Advance(TimeSpan.FromSeconds(15));
        await SayAsync("silence", 1);
        await ada.HearMessagesAsync(1);
        Assert.Equal(2, ada.Comments);
    }

    [Fact]
    public async Task Who_goes_is_a_member_no_more()
    {
        using (var ada = await _server.ListenAsync("/rooms/leave/events"))
        {
            await ada.HearAsync("joined");
        }

        await Patience.Until(async () => (await _server.JsonAsync("/rooms/leave/members")).GetProperty("count").GetInt32() == 0);
    }

    [Fact]
    public async Task A_full_room_is_409()
    {
        using var ada = await _server.ListenAsync("/rooms/pair/events");
        using var bob = await _server.ListenAsync("/rooms/pair/events");
        await ada.HearAsync("joined");
        await bob.HearAsync("joined");

        await (await _server.GetAsync("/rooms/pair/events")).RefusesAsync(409, "room-full");
    }

    [Fact]
    public async Task It_ends_with_the_server()
    {
        using var ada = await _server.ListenAsync("/rooms/end/events");
        await ada.HearAsync("joined");

        await _server.StopAsync().Soon();
        Assert.Null(await ada.NextAsync());
        Assert.True(ada.IsWhole);
    }

    [Fact]
    public async Task Whose_connection_breaks_is_a_member_no_more()
    {
        using var client = await RawClient.ConnectAsync(_server.Address.Port);
        await client.SendAsync("GET /rooms/broken/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await Patience.Until(async () => await MembersAsync("broken") == 1);

        client.Kill();
        await Patience.Until(async () => await MembersAsync("broken") == 0);
    }

    [Fact]
    public async Task A_position_behind_which_something_was_forgotten_is_a_reset_and_no_silent_gap()
    {
        await SayAsync("short", 20);
        await Patience.Until(async () =>
        {
            // What is beyond the limit is forgotten in the background.
            _server.Clock.Advance(TimeSpan.FromSeconds(10));
            return (await _server.JsonAsync("/rooms/short/messages")).GetProperty("first").GetInt64() == 18;
        });

        using var ada = await _server.ListenAsync("/rooms/short/events?since=19", ("Last-Event-ID", "16"));
        await ada.HearAsync("joined");
        Assert.Equal(18, (await ada.HearAsync("reset")).GetProperty("first").GetInt64());
        Assert.Equal("17", ada.LastEventId);
        Assert.Equal([18, 19, 20], await ada.HearMessagesAsync(3));

        using var bob = await _server.ListenAsync("/rooms/short/events", ("Last-Event-ID", "17"));
        await bob.HearAsync("joined");
        Assert.Equal([18, 19, 20], await bob.HearMessagesAsync(3));
    }

    [Fact]
    public async Task Two_positions_are_malformed()
    {
        var answer = await RawClient.AskAsync(
            _server.Address.Port, "GET /rooms/position/events HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: 1\r\nLast-Event-ID: 1\r\n\r\n");
        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Over_HTTP_1_0_it_comes_without_chunks_and_ends_with_the_connection()
    {
        await SayAsync("old", 2);
        using var client = await RawClient.ConnectAsync(_server.Address.Port);
        await client.SendAsync("GET /rooms/old/events?since=0 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
        var (status, headers) = await client.ReadHeadAsync();
        Assert.Equal((200, "text/event-stream", "close"), (status, headers["Content-Type"], headers["Connection"]));
        Assert.DoesNotContain("Transfer-Encoding", headers.Keys);
        Assert.Equal("event: joined", await client.ReadLineAsync());

        var page = await RawClient.AskAsync(_server.Address.Port, "HEAD /rooms/old/messages HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
        Assert.Equal((200, "close"), (page.Status, page.Header("Connection")));
        await _server.StopAsync().Soon();
        await client.ReadToEndAsync();
    }

    private async Task<int> MembersAsync(string room) => (await _server.JsonAsync($"/rooms/{room}/members?limit=0")).GetProperty("count").GetInt32();

    [Fact]
    public async Task Who_does_not_read_is_cut_off_and_resumes_while_others_hear_everything()
    {
        using var slow = await RawClient.ConnectAsync(_server.Address.Port, receiveBuffer: 4096);
        await slow.SendAsync("GET /rooms/slow/events?as=slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await Patience.Until(async () => (await _server.JsonAsync("/rooms/slow/members")).GetProperty("count").GetInt32() == 1);
        using var quick = await _server.ListenAsync("/rooms/slow/events?as=quick");
        await quick.HearAsync("joined");
        var hearing = HearAllAsync(quick);

        var sent = 0;
        var text = Encoding.UTF8.GetBytes(new string('x', 65_000));
        while (sent < 2_000 && (await _server.JsonAsync("/rooms/slow/members?limit=0")).GetProperty("count").GetInt32() == 2)
        {
            // In another name each time: the rate is not what is tested.
            await (await _server.PostAsync($"/rooms/slow/messages?as=p{sent}", text, "text/plain")).SequenceAsync();
            sent++;
        }

        Assert.InRange(sent, 10, 1_999);
        await (await _server.PostAsync("/rooms/slow/messages?as=end", "end")).SequenceAsync();
        sent++;
        var (heard, left) = await hearing;
        Assert.Equal(["slow"], left);
        Assert.Equal(Enumerable.Range(1, sent).Select(i => (long)i), heard);
        using var again = await _server.ListenAsync("/rooms/slow/events", ("Last-Event-ID", "5"));
        await again.HearAsync("joined");
        Assert.Equal(Enumerable.Range(6, sent - 5).Select(i => (long)i), await again.HearMessagesAsync(sent - 5));
    }

    private static async Task<(List<long> Heard, List<string?> Left)> HearAllAsync(EventStream stream)
    {
        var (heard, left) = (new List<long>(), new List<string?>());
        var isAtEnd = false;
        while (!(isAtEnd && left.Count > 0) && await stream.NextAsync() is var (name, data))
        {
            if (name == "presence")
            {
                left.Add(data.GetProperty("left").GetString());
                continue;
            }

            heard.Add(data.GetProperty("seq").GetInt64());
            isAtEnd = data.GetProperty("data").GetString() == "end";
        }

        return (heard, left);
    }

    [Fact]
    public async Task Several_listeners_hear_one_order()
    {
        var streams = new List<EventStream>();
        for (var i = 0; i < 20; i++)
        {
            streams.Add(await _server.ListenAsync("/rooms/crowd/events?last=0"));
        }

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => SayAsync("crowd", 5, $"?as=p{i}")));
        foreach (var stream in streams)
        {
            var heard = new List<long>();
            while (heard.Count < 50)
            {
                if (await stream.NextAsync() is ("message", var data))
                {
                    heard.Add(data.GetProperty("seq").GetInt64());
                }
            }

            Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), heard);
            stream.Dispose();
        }
    }

    private async Task SayAsync(string room, int count, string query = "")
    {
        for (var i = 0; i < count; i++)
        {
            // As many as one may at once; then another one goes on.
            var name = query.Length > 0 ? query : $"?as=p{i / 100}";
            await (await _server.PostAsync($"/rooms/{room}/messages{name}", $"{i}")).SequenceAsync();
        }
    }
}
