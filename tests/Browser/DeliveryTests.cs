using System.Text.Json;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

/// <summary>What becomes of a message that the server does not take at once.</summary>
public sealed class DeliveryTests(Stage stage)
{
    private const string Room = "desk";

    [Theory]
    [InlineData("forbidden", "you are not allowed to: Only <b>readers</b> here.")]
    [InlineData("refused", "the server refused it: Only <b>readers</b> here.")]
    [InlineData("too-big", "it is longer than this room allows: Only <b>readers</b> here.")]
    [InlineData("of-tomorrow", "Only <b>readers</b> here.")]
    public async Task A_refused_one_says_so_and_is_tried_again_under_its_id_when_that_is_wanted(string code, string words)
    {
        var isRefused = true;
        await using var ada = await stage.VisitorAsync();
        var server = await FakeServer.ForAsync(ada, frame => IsPublish(frame)
            ? isRefused ? [Error(frame, code, "Only <b>readers</b> here.")] : Stored(frame, 1)
            : null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.SayAsync("Hello");

        await Expect(ada.Letters.Locator(".fate")).ToHaveTextAsync($"Not sent: {words}");
        isRefused = false;
        await ada.Letters.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await ada.SeesAsync("ada", "Hello");
        await Expect(ada.Letters).ToHaveCountAsync(0);
        await Expect(ada.Log.Locator(".stored")).ToHaveCountAsync(1);
        Assert.Single(server.OfType("publish").Select(Id).Distinct());
    }

    [Fact]
    public async Task A_failed_one_may_be_discarded()
    {
        await using var ada = await stage.VisitorAsync();
        await FakeServer.ForAsync(ada, frame => IsPublish(frame) ? [Error(frame, "forbidden", "")] : null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.SayAsync("Hello");
        await ada.Letters.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Discard" }).ClickAsync();

        await Expect(ada.Letters).ToHaveCountAsync(0);
        await Expect(ada.Draft).ToBeFocusedAsync();
        await ada.Page.ReloadAsync();
        await Expect(ada.State).ToHaveTextAsync("OPEN");
        await Expect(ada.Letters).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("rate-limited")]
    [InlineData("busy")]
    [InlineData("unavailable")]
    public async Task A_passing_trouble_is_waited_for_and_the_order_is_kept(string code)
    {
        var refusals = 3;
        var seq = 0;
        await using var ada = await stage.VisitorAsync();
        var server = await FakeServer.ForAsync(ada, frame => IsPublish(frame)
            ? refusals-- > 0 ? [Error(frame, code, "", 0.05)] : Stored(frame, ++seq)
            : null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.SayAsync("One");
        await ada.SayAsync("Two");

        await Expect(ada.Log.Locator(".said .text")).ToHaveTextAsync(["One", "Two"]);
        Assert.Equal(["One", "One", "One", "One", "Two"], server.OfType("publish").Select(frame => frame.GetProperty("data").GetString()));
        Assert.Equal(2, server.OfType("publish").Select(Id).Distinct().Count());
    }

    [Fact]
    public async Task One_that_is_stored_but_was_not_shown_is_not_shown_twice()
    {
        await using var ada = await stage.VisitorAsync();
        var server = await FakeServer.ForAsync(ada, frame => IsPublish(frame) ? [Ack(frame, 1)] : null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.SayAsync("Hello");
        await Expect(ada.Letters.Locator(".fate")).ToHaveTextAsync("Stored");

        var id = Id(server.OfType("publish").Single());
        server.Say(FakeServer.Message(Room, 1, "ada", "Hello", id));
        server.Say(FakeServer.Message(Room, 1, "ada", "Hello", id));
        await Expect(ada.Letters).ToHaveCountAsync(0);
        await ada.SeesAsync("ada", "Hello");
    }

    [Fact]
    public async Task A_message_that_closes_the_line_does_not_close_it_for_ever()
    {
        await using var ada = await stage.VisitorAsync();
        FakeServer? server = null;
        server = await FakeServer.ForAsync(ada, frame =>
        {
            if (IsPublish(frame))
            {
                _ = server!.Line!.CloseAsync(new() { Code = 1009 });
                return [];
            }

            return null;
        });
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.SayAsync("Much too long");

        await Expect(ada.Letters.Locator(".fate")).ToContainTextAsync("Not sent: A message was longer than the server allows.");
        await Expect(ada.State).ToHaveTextAsync("OPEN");
        Assert.Single(server.OfType("publish"));
    }

    [Theory]
    [InlineData(4401, "Your permission has expired. The server said: <i>Bye</i>")]
    [InlineData(4403, "You are not allowed here. The server said: <i>Bye</i>")]
    public async Task A_line_that_is_refused_is_not_tried_again_by_itself(int code, string words)
    {
        await using var ada = await stage.VisitorAsync();
        var server = await FakeServer.ForAsync(ada, _ => null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        await server.Line!.CloseAsync(new() { Code = code, Reason = "<i>Bye</i>" });

        await Expect(ada.Notice).ToContainTextAsync(words);
        await Expect(ada.Notice.Locator(".notice-wait")).ToHaveTextAsync("");
        await ada.ReconnectNow.ClickAsync();
        await Expect(ada.State).ToHaveTextAsync("OPEN");
    }

    [Fact]
    public async Task A_server_that_lets_nobody_in_is_quoted()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.Page.RouteWebSocketAsync(new System.Text.RegularExpressions.Regex("/rooms"), line => line.CloseAsync());
        await ada.Page.RouteAsync(new System.Text.RegularExpressions.Regex("/rooms$"), route => route.FulfillAsync(new()
        {
            Status = 403,
            ContentType = "application/problem+json",
            Body = """{"title":"Forbidden","detail":"Only with a <b>token</b>."}""",
        }));
        await ada.Page.AddInitScriptAsync("window.WebSocket = class extends EventTarget { static CLOSED = 3; static OPEN = 1; readyState = 3; constructor() { super(); setTimeout(() => this.onclose({ code: 1006, reason: '' })); } close() {} }");
        await ada.FollowLinkAsync(stage.Address, Room);
        await ada.Name.FillAsync("ada");
        await ada.PlugIn.ClickAsync();

        await Expect(ada.Notice).ToContainTextAsync("The server cannot be reached. The server refuses (403): Only with a <b>token</b>.");
    }

    [Fact]
    public async Task A_room_that_is_refused_says_why_and_the_others_go_on()
    {
        var isRefused = true;
        await using var ada = await stage.VisitorAsync();
        await FakeServer.ForAsync(ada, frame => frame.GetProperty("type").GetString() == "join" && frame.GetProperty("room").GetString() == "vault" && isRefused
            ? ["""{"type":"error","room":"vault","code":"forbidden","message":""}"""]
            : null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.AddRoomAsync("vault");

        await Expect(ada.Notice).ToContainTextAsync("You cannot enter: you are not allowed to.");
        await ada.Switch(Room).ClickAsync();
        await Expect(ada.Notice.Locator(".notice-text")).ToHaveTextAsync("");
        await ada.Switch("vault").ClickAsync();
        isRefused = false;
        await ada.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(ada.Notice.Locator(".notice-text")).ToHaveTextAsync("");
        await Expect(ada.Log.GetByText("Nothing has been said here yet")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_reset_is_said_out_loud()
    {
        var joins = 0;
        await using var ada = await stage.VisitorAsync();
        var server = await FakeServer.ForAsync(ada, frame => frame.GetProperty("type").GetString() != "join" ? null : ++joins switch
        {
            1 => [FakeServer.Joined(Room, 2), FakeServer.Message(Room, 1, "bob", "Old one"), FakeServer.Message(Room, 2, "bob", "Old two")],
            2 => [FakeServer.Joined(Room, 41), """{"type":"reset","room":"desk","epoch":"e1","first":40,"seq":41}""", FakeServer.Message(Room, 40, "bob", "Kept"), FakeServer.Message(Room, 41, "bob", "Kept too")],
            _ => [FakeServer.Joined(Room, 1, "e2"), """{"type":"reset","room":"desk","epoch":"e2","first":1,"seq":1}""", FakeServer.Message(Room, 1, "bob", "Anew")],
        });
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.SeesAsync("bob", "Old two");

        await server.Line!.CloseAsync();
        await ada.SeesAsync("bob", "Kept too");
        await Expect(ada.Notes).ToHaveTextAsync(["Some messages are missing here: the server keeps none before no. 40"]);
        await server.Line.CloseAsync();
        await ada.SeesAsync("bob", "Anew");

        await Expect(ada.Notes.Last).ToContainTextAsync("The room began anew");
        await Expect(ada.Log.Locator(".said .text")).ToHaveTextAsync(["Old one", "Old two", "Kept", "Kept too", "Anew"]);
        Assert.Equal([null, "2 e1", "41 e1"], server.OfType("join").Select(frame => frame.TryGetProperty("since", out var since) ? $"{since} {frame.GetProperty("epoch")}" : null));
    }

    [Fact]
    public async Task Typing_is_told_sparingly_and_forgotten_after_a_while()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.Page.Clock.InstallAsync();
        var server = await FakeServer.ForAsync(ada, _ => null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        await ada.Draft.PressSequentiallyAsync("A long sentence");
        await Expect(ada.Draft).ToHaveValueAsync("A long sentence");
        var signals = server.OfType("signal").ToList();
        Assert.InRange(signals.Count, 1, 3);
        Assert.All(signals, signal => Assert.True(signal.GetProperty("data").GetProperty("typing").GetBoolean()));

        server.Say("""{"type":"signal","room":"desk","from":"<b>bob</b>","data":{"typing":true}}""");
        await Expect(ada.Typing).ToHaveTextAsync("<b>bob</b> is typing");
        await ada.Page.Clock.FastForwardAsync(6_000);
        await Expect(ada.Typing).ToHaveTextAsync("");
    }

    [Fact]
    public async Task Frames_that_make_no_sense_do_no_harm()
    {
        await using var ada = await stage.VisitorAsync();
        var server = await FakeServer.ForAsync(ada, _ => null);
        await ada.EnterAsync(stage.Address, Room, "ada");
        foreach (var frame in new[]
        {
            "not JSON", "null", "[]", "{}", """{"type":7}""", """{"type":"message","room":"desk"}""", """{"type":"message","room":"elsewhere","seq":1}""",
            """{"type":"message","room":"desk","seq":"1","data":"x"}""", """{"type":"members","room":"desk","members":[null,{"name":7}],"count":"many"}""",
            """{"type":"signal","room":"desk","from":{},"data":null}""", """{"type":"presence","room":"desk","joined":{}}""",
            """{"type":"history","room":"desk","messages":{}}""", """{"type":"ack","id":"unknown","room":"desk","seq":1}""",
            """{"type":"error","code":{},"message":{}}""", """{"type":"of-tomorrow","room":"desk"}""",
            """{"type":"message","room":"desk","seq":1,"from":{"a":1},"at":"never","data":{"base64":7}}""",
            """{"type":"message","room":"desk","seq":2,"from":"bob","data":null}""",
        })
        {
            server.Say(frame);
        }

        server.Say(FakeServer.Message(Room, 3, "bob", "Still here"));
        await ada.SeesAsync("bob", "Still here");
        await Expect(ada.Log.Locator(".said .text")).ToHaveTextAsync(["{\"base64\":7}", "null", "Still here"]);
        Assert.Empty(ada.Complaints);
    }

    [Fact]
    public async Task Ids_are_there_without_randomUUID_too()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.FollowLinkAsync(stage.Address, Room);
        var ids = await ada.Page.EvaluateAsync<string[]>("""
            async () => {
              const { Identifier } = await import("/page/Identifier.js");
              const bare = { getRandomValues: array => crypto.getRandomValues(array) };
              return [Identifier.next(bare), Identifier.next(bare), Identifier.next()];
            }
            """);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Matches("^[0-9a-f]{32}$", ids[0]);
    }

    private static bool IsPublish(JsonElement frame) => frame.GetProperty("type").GetString() == "publish";

    private static string Id(JsonElement frame) => frame.GetProperty("id").GetString()!;

    private static string Ack(JsonElement frame, long seq) => JsonSerializer.Serialize(new { type = "ack", id = Id(frame), room = Room, seq });

    private static string[] Stored(JsonElement frame, long seq) =>
        [FakeServer.Message(Room, seq, "ada", frame.GetProperty("data").GetString()!, Id(frame)), Ack(frame, seq)];

    private static string Error(JsonElement frame, string code, string message, double? retryAfter = null) =>
        JsonSerializer.Serialize(new { type = "error", id = Id(frame), room = Room, code, message, retryAfter });
}
