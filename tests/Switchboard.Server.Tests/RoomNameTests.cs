using System.Text.Json;

namespace Switchboard.Server.Tests;

/// <summary>A name means the same room on every way to it, or nothing on all of them.</summary>
public sealed class RoomNameTests(SharedServer server)
{
    private static readonly string TooLong = new('n', 201);

    public static TheoryData<string> Refused { get; } = new(
        "a%0Ab", "a%0Db", "%7F", "%C2%85", // control characters: newlines forge log lines
        "..%2Fb", "a%2Fb", "a%2fb", "a%252Fb", // a slash, also one that somebody else may decode once more
        "*", "{}", "a+b", "a:b", "a@b", "a,b", "a;b", "a!b", // must be percent-encoded
        "%FF", "%ED%A0%80", "%C0%AE", // not UTF-8
        TooLong, string.Concat(Enumerable.Repeat("%F0%9F%91%8B", 51))); // 201 and 204 bytes

    public static TheoryData<string, string> Accepted { get; } = new()
    {
        { "lobby", "lobby" },
        { "%6Cobby-2", "lobby-2" },
        { "with%20spaces", "with spaces" },
        { "%F0%9F%91%8B", "👋" },
        { "%2A%7B%7D%3Cscript%3E", "*{}<script>" },
        { "100%25", "100%" },
        { "...", "..." },
        { "constructor", "constructor" },
        { "messages", "messages" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_bad_name_is_400_with_problem_details_on_every_route(string name)
    {
        foreach (var answer in (Answer[])
            [
                await RawClient.KnockAsync(server.Port, $"/rooms/{name}"),
                await AskAsync($"GET /rooms/{name}/members"),
                await AskAsync($"POST /rooms/{name}/messages"),
            ])
        {
            Assert.Equal(400, answer.Status);
            Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Uri.UnescapeDataString(name), await RoomsAsync());
    }

    [Theory]
    [InlineData("%00")]       // Kestrel refuses it before anybody is asked
    [InlineData("a b")]
    [InlineData("a%zz")]
    [InlineData("%")]
    [InlineData("10 KB")]
    [InlineData("\u00E9")]
    public async Task What_is_no_URL_is_refused_too(string name)
    {
        name = name == "10 KB" ? new string('n', 10 * 1024) : name;
        Assert.InRange((await RawClient.KnockAsync(server.Port, $"/rooms/{name}")).Status, 400, 499);
        Assert.InRange((await AskAsync($"GET /rooms/{name}/members")).Status, 400, 499);
        Assert.InRange((await AskAsync($"POST /rooms/{name}/messages")).Status, 400, 499);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_good_name_is_the_same_room_on_every_route(string encoded, string name)
    {
        using var client = await Browserlike.ConnectAsync(server.WebSocket($"/rooms/{encoded}?as=reader"));
        await Patience.Until(async () => (await MembersAsync(encoded)).Count > 0);

        var published = await AskAsync($"POST /rooms/{encoded}/messages");

        Assert.Equal(201, published.Status);
        Assert.Equal(name, JsonElement.Parse(published.Body).GetProperty("room").GetString());
        Assert.Equal("x", await client.HearAsync());
        Assert.Contains("reader", await MembersAsync(encoded));
        Assert.Contains(name, await RoomsAsync());
    }

    [Theory]
    [InlineData("/rooms/slash-at-the-end/", "/rooms/slash-at-the-end/messages/")]
    [InlineData("http://127.0.0.1/rooms/absolute", "http://127.0.0.1/rooms/absolute/messages")]
    [InlineData("/ROOMS/upper", "/Rooms/upper/MESSAGES")]
    [InlineData("/rooms/question?/rooms/answer", "/rooms/question/messages?/rooms/answer/messages")]
    public async Task Other_ways_to_write_a_path_lead_to_the_same_room(string knock, string publish)
    {
        using var client = await RawClient.ConnectAsync(server.Port);
        await client.SendAsync($"GET {knock} HTTP/1.1\r\nHost: 127.0.0.1\r\n{RawClient.UpgradeHeaders}\r\n");
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);

        // The 101 is on its way before the member is in the room.
        var room = publish.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries) is [.., var name, _] ? name : "";
        await Patience.Until(async () => (await MembersAsync(room)).Count > 0);
        Assert.Equal(201, (await AskAsync($"POST {publish}")).Status);

        Assert.Equal("x", (await client.ReadFrameAsync()).AsText);
    }

    [Theory]
    [InlineData("/rooms/../rooms/dots/messages")]
    [InlineData("/rooms/hidden/../dots/messages")]
    [InlineData("/rooms/dots/messages/hidden/..")]
    [InlineData("/rooms/dots/messages/.")]
    [InlineData("/rooms/dots/%2e%2e/dots/messages")]
    [InlineData("/hidden/../rooms/dots/messages")]
    public async Task A_path_that_goes_up_leads_to_the_room_that_it_says_or_to_none(string path)
    {
        var answer = await AskAsync($"POST {path}");

        if (answer.Status == 201)
        {
            Assert.Equal("dots", JsonElement.Parse(answer.Body).GetProperty("room").GetString());
        }
        else
        {
            Assert.InRange(answer.Status, 400, 404);
        }

        Assert.DoesNotContain("hidden", await RoomsAsync());
    }

    private Task<Answer> AskAsync(string start) => RawClient.AskAsync(
        server.Port,
        start.StartsWith("GET", StringComparison.Ordinal)
            ? $"{start} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            : $"{start} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\n\r\nx");

    private async Task<IReadOnlyList<string>> RoomsAsync() =>
        [.. JsonElement.Parse((await AskAsync("GET /rooms")).Body).GetProperty("rooms").EnumerateArray().Select(room => room.GetProperty("name").GetString()!)];

    private async Task<IReadOnlyList<string>> MembersAsync(string room) =>
        [.. JsonElement.Parse((await AskAsync($"GET /rooms/{room}/members")).Body).GetProperty("members").EnumerateArray().Select(member => member.GetProperty("name").GetString()!)];
}
