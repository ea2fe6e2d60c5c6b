using System.Globalization;
using System.Text.RegularExpressions;

namespace Switchboard.Server.Tests.Http;

/// <summary>History, members and rooms over HTTP.</summary>
public sealed partial class ReadingTests : IAsyncLifetime
{
    private InProcessServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InProcessServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task History_is_read_page_by_page_in_both_directions_by_its_links()
    {
        await SayAsync("long", 25);

        var newest = await WalkAsync("/rooms/long/messages?limit=10", "prev");
        Assert.Equal(["16-25", "6-15", "1-5"], newest);
        Assert.Equal(["1-10", "11-20", "21-25"], await WalkAsync("/rooms/long/messages?after=0&limit=10", "next"));
        Assert.Equal(["13-22", "23-25"], await WalkAsync("/rooms/long/messages?after=12&limit=10", "next"));

        var page = await _server.JsonAsync("/rooms/long/messages?before=3");
        Assert.Equal((1, 25, false), (page.GetProperty("first").GetInt64(), page.GetProperty("seq").GetInt64(), page.GetProperty("more").GetBoolean()));
        Assert.NotEqual(Guid.Empty, page.GetProperty("epoch").GetGuid());
    }

    [Theory]
    [InlineData("limit=0", 1)]
    [InlineData("limit=9223372036854775807", 25)]
    [InlineData("after=9223372036854775807", 0)]
    [InlineData("before=0", 0)]
    [InlineData("before=9223372036854775807&limit=3", 3)]
    public async Task Limits_are_kept_to_what_there_is(string query, int count)
    {
        await SayAsync("limits", 25);
        Assert.Equal(count, (await _server.JsonAsync($"/rooms/limits/messages?{query}")).GetProperty("messages").GetArrayLength());
    }

    [Theory]
    [InlineData("messages?limit=-1")]
    [InlineData("messages?limit=9223372036854775808")]
    [InlineData("messages?limit=")]
    [InlineData("messages?limit=ten")]
    [InlineData("messages?limit=1&limit=2")]
    [InlineData("messages?after=-1")]
    [InlineData("messages?before=1.5")]
    [InlineData("messages?before=%2B1")]
    [InlineData("messages?limit=1%00")]
    [InlineData("messages?limit=%D9%A1")]
    [InlineData("messages?limit=0x1")]
    [InlineData("messages?limit=1%202")]
    [InlineData("events?epoch=%7B00000000-0000-0000-0000-000000000001%7D")]
    [InlineData("events?epoch=00000000000000000000000000000001")]
    [InlineData("messages?after=1&before=3")]
    [InlineData("messages?as=%00")]
    [InlineData("members?limit=-1")]
    [InlineData("events?since=x")]
    [InlineData("events?last=-5")]
    [InlineData("events?epoch=1")]
    public async Task Wrong_parameters_are_malformed(string target) =>
        await (await _server.GetAsync($"/rooms/wrong/{target}")).RefusesAsync(400, "malformed");

    [Fact]
    public async Task A_page_is_kept_short_by_bytes_too()
    {
        for (var i = 0; i < 12; i++)
        {
            await (await _server.PostAsync("/rooms/fat/messages", new string('x', 65_000))).SequenceAsync();
        }

        Assert.Equal(["1-8", "9-12"], await WalkAsync("/rooms/fat/messages?after=0&limit=500", "next"));
    }

    [Theory]
    [InlineData("'; DROP TABLE rooms; --")]
    [InlineData("😀")]
    [InlineData("%")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("a\" ; rel=\"next")]
    [InlineData("*")]
    [InlineData("\u202Egnp.exe")]
    [InlineData("200 bytes")]
    public async Task Rooms_may_have_any_name(string name)
    {
        name = name == "200 bytes" ? new string('x', 200) : name;
        await SayAsync(Uri.EscapeDataString(name), 3);

        Assert.Equal(["1-2", "3-3"], await WalkAsync($"/rooms/{Uri.EscapeDataString(name)}/messages?after=0&limit=2", "next"));
        Assert.Equal(name, (await _server.JsonAsync($"/rooms/{Uri.EscapeDataString(name)}/members")).GetProperty("room").GetString());
        Assert.Equal([name], await RoomsAsync("/rooms"));
        Assert.Empty(await RoomsAsync($"/rooms?after={Uri.EscapeDataString(name)}"));
    }

    [Theory]
    [InlineData("/rooms/%2E%2E/messages")]
    [InlineData("/rooms/a%2Fb/messages")]
    [InlineData("/rooms/a%0Ab/members")]
    [InlineData("/rooms/%FF/events")]
    [InlineData("/rooms/201 bytes/messages")]
    public async Task What_is_no_name_is_bad_room(string target)
    {
        target = target.Replace("201 bytes", new string('x', 201), StringComparison.Ordinal);
        var answer = await RawClient.AskAsync(_server.Address.Port, $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        if (target.Contains("%2E", StringComparison.Ordinal))
        {
            // The path was resolved, and there is nothing.
            Assert.Equal(404, answer.Status);
            return;
        }

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"bad-room\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rooms_of_the_store_and_of_memory_are_listed_in_one_order_page_by_page()
    {
        string[] stored = ["b", "d", "f", "Z", "😀"];
        foreach (var room in stored)
        {
            await SayAsync(Uri.EscapeDataString(room), 1);
        }

        using var c = await _server.ListenAsync("/rooms/c/events");
        using var d = await _server.ListenAsync("/rooms/d/events");
        using var e = await _server.ListenAsync("/rooms/%EF%BD%9E/events");
        await c.HearAsync("joined");
        await d.HearAsync("joined");
        await e.HearAsync("joined");

        string[] all = ["Z", "b", "c", "d", "f", "😀", "\uFF5E"];
        Assert.Equal(all, await RoomsAsync("/rooms"));
        var paged = new List<string>();
        for (var target = "/rooms?limit=2"; target is not null;)
        {
            using var answer = await _server.GetAsync(target);
            var body = await answer.JsonAsync();
            var names = body.GetProperty("rooms").EnumerateArray().Select(room => room.GetProperty("name").GetString()!).ToArray();
            Assert.InRange(names.Length, 1, 2);
            paged.AddRange(names);
            target = LinkOf(answer, "next");
            Assert.Equal(target is not null, body.GetProperty("more").GetBoolean());
        }

        Assert.Equal(all, paged);
        var counts = (await _server.JsonAsync("/rooms?after=a")).GetProperty("rooms").EnumerateArray()
            .ToDictionary(room => room.GetProperty("name").GetString()!, room => room.GetProperty("members").GetInt64());
        Assert.Equal((0, 1, 1), (counts["b"], counts["c"], counts["d"]));
        await (await _server.GetAsync("/rooms?after=")).RefusesAsync(400, "bad-room");
        await (await _server.GetAsync("/rooms?limit=-1")).RefusesAsync(400, "malformed");
    }

    [Fact]
    public async Task Members_are_counted_without_a_list()
    {
        using var ada = await _server.ListenAsync("/rooms/count/events?as=ada");
        await ada.HearAsync("joined");
        using var bob = await _server.ListenAsync("/rooms/count/events?as=bob");
        await bob.HearAsync("joined");

        var none = await _server.JsonAsync("/rooms/count/members?limit=0");
        var one = await _server.JsonAsync("/rooms/count/members?limit=1");
        Assert.Equal((2, 0), (none.GetProperty("count").GetInt32(), none.GetProperty("members").GetArrayLength()));
        Assert.Equal((2, "ada"), (one.GetProperty("count").GetInt32(), one.GetProperty("members").EnumerateArray().Single().GetProperty("name").GetString()));
    }

    private async Task SayAsync(string room, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await (await _server.PostAsync($"/rooms/{room}/messages", $"{i}")).SequenceAsync();
        }
    }

    private async Task<string[]> RoomsAsync(string target) =>
        [.. (await _server.JsonAsync(target)).GetProperty("rooms").EnumerateArray().Select(room => room.GetProperty("name").GetString()!)];

    /// <summary>Follows links, and tells of each page where it begins and ends.</summary>
    private async Task<List<string>> WalkAsync(string target, string relation)
    {
        var pages = new List<string>();
        for (var next = target; next is not null;)
        {
            using var answer = await _server.GetAsync(next);
            var body = await answer.JsonAsync();
            var sequences = body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("seq").GetInt64()).ToArray();
            Assert.Equal(Enumerable.Range((int)sequences[0], sequences.Length).Select(i => (long)i), sequences);
            pages.Add(string.Create(CultureInfo.InvariantCulture, $"{sequences[0]}-{sequences[^1]}"));
            next = LinkOf(answer, relation);
            Assert.Equal(next is not null, body.GetProperty("more").GetBoolean());
        }

        return pages;
    }

    private static string? LinkOf(HttpResponseMessage answer, string relation) =>
        answer.Headers.TryGetValues("Link", out var values)
            ? Link().Matches(string.Join(", ", values)).FirstOrDefault(link => link.Groups[2].Value == relation)?.Groups[1].Value
            : null;

    [GeneratedRegex("<([^>]*)>; rel=\"([a-z]+)\"")]
    private static partial Regex Link();
}
