using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests;

/// <summary>Rooms over WebSockets and HTTP. Each test has a room of its own in the one server.</summary>
public sealed class RoomTests(SharedServer server)
{
    [Fact]
    public async Task What_one_sends_all_in_the_room_get()
    {
        using var ada = await EnterAsync("talk?as=ada");
        using var bob = await EnterAsync("talk?as=bob&echo=0");

        await ada.SayAsync("Hello everyone");
        Assert.Equal("Hello everyone", await bob.HearAsync());
        Assert.Equal("Hello everyone", await ada.HearAsync());
        await bob.SayAsync([1, 2, 3]);
        var (type, data) = await ada.HearMessageAsync();
        await ada.SayAsync("Goodbye");

        Assert.Equal(WebSocketMessageType.Binary, type);
        Assert.Equal([1, 2, 3], data);
        Assert.Equal("Goodbye", await ada.HearAsync());
        Assert.Equal("Goodbye", await bob.HearAsync());
    }

    [Fact]
    public async Task A_newcomer_gets_the_last_messages_first()
    {
        for (var i = 1; i <= 5; i++)
        {
            await PublishAsync("past", $"{i}");
        }

        using var ada = await EnterAsync("past?last=2");
        await PublishAsync("past", "6");

        Assert.Equal("4 5 6", $"{await ada.HearAsync()} {await ada.HearAsync()} {await ada.HearAsync()}");
    }

    [Fact]
    public async Task A_past_of_large_messages_arrives_whole()
    {
        for (var i = 0; i < 20; i++)
        {
            await PublishAsync("large", $"{i:D5}" + new string('x', 65_531));
        }

        // A client that is in no hurry.
        using var client = await RawClient.ConnectAsync(server.Port, receiveBuffer: 4096);
        await client.SendAsync($"GET /rooms/large?last=100 HTTP/1.1\r\nHost: 127.0.0.1\r\n{RawClient.UpgradeHeaders}\r\n");
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        await PublishAsync("large", "live");

        var heard = new List<string>();
        do
        {
            var frame = await client.ReadFrameAsync();
            Assert.Equal(Frame.Text, frame.Opcode);
            heard.Add(frame.AsText[..Math.Min(5, frame.Payload.Length)]);
        }
        while (heard[^1] != "live");
        Assert.Equal(Enumerable.Range(20 - (heard.Count - 1), heard.Count - 1).Select(i => $"{i:D5}"), heard[..^1]);
        Assert.InRange(heard.Count, 7, 21);
    }

    [Fact]
    public async Task Publishing_over_HTTP_answers_201_with_the_sequence()
    {
        using var ada = await EnterAsync("posts");

        var first = await PublishAsync("posts", "from curl", "application/x-www-form-urlencoded");
        var second = await PublishAsync("posts", "plain", "text/plain; charset=utf-8", "?as=robot");
        var third = await PostAsync("posts", [0xFF, 0x00], "application/octet-stream");

        Assert.Equal((201, 201, 201), (first.Status, second.Status, third.Status));
        var body = JsonElement.Parse(second.Body);
        Assert.Equal(("posts", 2L), (body.GetProperty("room").GetString(), body.GetProperty("seq").GetInt64()));
        Assert.InRange(body.GetProperty("at").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        Assert.Equal("no-store", second.Header("Cache-Control"));
        Assert.Equal("from curl", await ada.HearAsync());
        Assert.Equal("plain", await ada.HearAsync());
        Assert.Equal(WebSocketMessageType.Binary, (await ada.HearMessageAsync()).Type);
    }

    [Fact]
    public async Task A_message_of_the_largest_size_is_taken_and_a_larger_one_is_413_or_1009()
    {
        using var ada = await EnterAsync("sizes");

        Assert.Equal(201, (await PublishAsync("sizes", new string('x', 65_536))).Status);
        Assert.Equal(413, (await PublishAsync("sizes", new string('x', 65_537))).Status);
        Assert.Equal(201, (await PublishAsync("sizes", "")).Status);
        await ada.SayAsync(new string('y', 65_536));
        foreach (var size in (int[])[65_536, 0, 65_536])
        {
            Assert.Equal(size, (await ada.HearAsync()).Length);
        }

        await ada.SayAsync(new string('y', 65_537));
        Assert.Equal(CloseCode.MessageTooBig, (await ada.HearCloseAsync()).Code);
    }

    [Theory]
    [InlineData("Content-Length: 100000000\r\n\r\n")]                                     // more than Kestrel takes
    [InlineData("Transfer-Encoding: chunked\r\n\r\n10001\r\n")]                           // as much as one likes
    public async Task A_body_without_an_end_is_413_as_soon_as_it_is_too_long(string rest)
    {
        using var client = await RawClient.ConnectAsync(server.Port);
        await client.SendAsync($"POST /rooms/endless/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n{rest}");
        await client.SendAsync(new byte[65_537]);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal(413, answer.Status);
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_UTF_8_is_400()
    {
        var answer = await PostAsync("bytes", [0xFF], "text/plain");

        AssertProblem(400, answer);
        Assert.Contains("octet-stream", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://127.0.0.1:PORT", 201)]
    public async Task A_page_of_another_site_may_not_publish(string origin, int status)
    {
        origin = origin.Replace("PORT", $"{server.Port}", StringComparison.Ordinal);

        var answer = await AskAsync($"POST /rooms/cross/messages HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nOrigin: {origin}\r\nContent-Length: 2\r\n\r\nhi");

        Assert.Equal(status, answer.Status);
        if (status != 201)
        {
            AssertProblem(status, answer);
        }
    }

    [Fact]
    public async Task Members_are_listed_with_names_and_times()
    {
        using var ada = await EnterAsync("who?as=ada%20l");
        using var bob = await EnterAsync("who?as=%F0%9F%91%8B");
        using var guest = await EnterAsync("who");

        var body = JsonElement.Parse(await server.Http.GetStringAsync("/rooms/who/members", TestContext.Current.CancellationToken));

        Assert.Equal(("who", 3), (body.GetProperty("room").GetString(), body.GetProperty("count").GetInt32()));
        var names = body.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("name").GetString()).ToArray();
        Assert.Equal(["ada l", "👋"], names[..2]);
        Assert.Matches(@"^guest-\d+$", names[2]);
        Assert.All(body.GetProperty("members").EnumerateArray(), member =>
            Assert.InRange(member.GetProperty("joined").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1)));

        await guest.GoAsync();
        await Patience.Until(async () => await CountOf("who") == 2);
    }

    [Fact]
    public async Task Rooms_are_listed_by_name_and_a_look_at_one_does_not_make_it()
    {
        using var first = await EnterAsync("list-b");
        using var second = await EnterAsync("list-a%20%E2%9C%93");
        await server.Http.GetStringAsync("/rooms/list-c/members", TestContext.Current.CancellationToken);

        var body = JsonElement.Parse(await server.Http.GetStringAsync("/rooms", TestContext.Current.CancellationToken));

        var rooms = body.GetProperty("rooms").EnumerateArray()
            .Select(room => (Name: room.GetProperty("name").GetString()!, Members: room.GetProperty("members").GetInt32()))
            .Where(room => room.Name.StartsWith("list-", StringComparison.Ordinal));
        Assert.Equal([("list-a ✓", 1), ("list-b", 1)], rooms);
    }

    [Theory]
    [InlineData("last=-1")]
    [InlineData("last=many")]
    [InlineData("last=")]
    [InlineData("last=99999999999999999999")]
    [InlineData("last=1&last=2")]
    [InlineData("since=-1")]
    [InlineData("epoch=now")]
    [InlineData("last=1.5")]
    [InlineData("as=")]
    [InlineData("as=a%0Ab")]
    [InlineData("as=%00")]
    [InlineData("as=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task A_visit_with_a_wrong_parameter_is_400(string query)
    {
        AssertProblem(400, await RawClient.KnockAsync(server.Port, $"/rooms/parameters?{query}"));
        if (query.StartsWith("as", StringComparison.Ordinal))
        {
            AssertProblem(400, await PublishAsync("parameters", "x", "text/plain", $"?{query}"));
        }
    }

    [Fact]
    public async Task Two_hundred_members_each_say_five_things_and_all_hear_the_thousand_in_one_order()
    {
        const int members = 200, each = 5;
        var clients = await Task.WhenAll(Enumerable.Range(0, members).Select(
            i => Browserlike.ConnectAsync(server.WebSocket($"/rooms/crowd?as=member-{i}"))));
        await Patience.Until(async () => await CountOf("crowd") == members);

        var listening = clients.Select(async client =>
        {
            var heard = new List<string>();
            while (heard.Count < members * each)
            {
                heard.Add(await client.HearAsync());
            }

            return heard;
        }).ToArray();
        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            for (var n = 0; n < each; n++)
            {
                await client.SayAsync(string.Create(CultureInfo.InvariantCulture, $"{i}/{n}"));
            }
        }));
        var orders = await Task.WhenAll(listening).Soon();

        Assert.All(orders, order => Assert.Equal(orders[0], order));
        Assert.Equal(
            Enumerable.Range(0, members).SelectMany(i => Enumerable.Range(0, each).Select(n => $"{i}/{n}")).Order(StringComparer.Ordinal),
            orders[0].Order(StringComparer.Ordinal));
        Array.ForEach(clients, client => client.Dispose());
    }

    private static void AssertProblem(int status, Answer answer)
    {
        Assert.Equal(status, answer.Status);
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.NotEmpty(JsonElement.Parse(answer.Body).GetProperty("detail").GetString()!);
    }

    /// <summary>Comes in, and is a member when this returns.</summary>
    private async Task<ClientWebSocket> EnterAsync(string roomAndQuery)
    {
        var room = roomAndQuery.Split('?')[0];
        var before = await CountOf(room);
        var client = await Browserlike.ConnectAsync(server.WebSocket($"/rooms/{roomAndQuery}"));
        await Patience.Until(async () => await CountOf(room) > before);
        return client;
    }

    private async Task<int> CountOf(string room) =>
        JsonElement.Parse(await server.Http.GetStringAsync($"/rooms/{room}/members", TestContext.Current.CancellationToken))
            .GetProperty("count").GetInt32();

    private Task<Answer> PublishAsync(string room, string text, string type = "text/plain", string query = "") =>
        PostAsync(room, Encoding.UTF8.GetBytes(text), type, query);

    private async Task<Answer> PostAsync(string room, byte[] body, string type, string query = "")
    {
        using var client = await RawClient.ConnectAsync(server.Port);
        await client.SendAsync(
            $"POST /rooms/{room}/messages{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n");
        await client.SendAsync(body);
        return await client.ReadAnswerAsync();
    }

    private Task<Answer> AskAsync(string request) => RawClient.AskAsync(server.Port, request);
}
