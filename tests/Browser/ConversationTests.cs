using System.Net.WebSockets;
using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

public sealed class ConversationTests(Stage stage)
{
    private readonly string _room = $"talk-{Guid.NewGuid():N}";

    [Fact]
    public async Task Two_visitors_see_each_other_and_what_both_say()
    {
        await using var ada = await stage.VisitorAsync();
        await using var bob = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        await bob.EnterAsync(stage.Address, _room, "bob");

        await ada.SayAsync("Hello, Bob: are you there?");
        await bob.SeesAsync("ada", "Hello, Bob: are you there?");
        await bob.SayAsync("Loud and\nclear");

        foreach (var visitor in new[] { ada, bob })
        {
            await visitor.SeesAsync("ada", "Hello, Bob: are you there?");
            await visitor.SeesAsync("bob", "Loud and\nclear");
            await Expect(visitor.Members).ToHaveTextAsync(["ada", "bob"]);
            await Expect(visitor.Draft).ToHaveValueAsync("");
        }

        await bob.Leave.ClickAsync();
        await Expect(ada.Members).ToHaveTextAsync(["ada"]);
    }

    [Fact]
    public async Task Markup_is_shown_as_the_text_it_is()
    {
        const string Markup = """<img src="x" onerror="window.wasRun = true"><script>window.wasRun = true</script><b>bold</b>""";
        await using var eve = await stage.VisitorAsync();
        await eve.EnterAsync(stage.Address, _room, "<i>eve</i>");
        await eve.SayAsync(Markup);

        await eve.SeesAsync("<i>eve</i>", Markup);
        await Expect(eve.Members).ToHaveTextAsync(["<i>eve</i>"]);
        await eve.AddRoomAsync("<b onclick=alert(1)>cellar<b>");
        await eve.AddRoomAsync("__proto__");
        await Expect(eve.Rooms).ToHaveTextAsync([_room, "<b onclick=alert(1)>cellar<b>", "__proto__"]);
        await eve.SayAsync("constructor");
        await eve.SeesAsync("<i>eve</i>", "constructor");
        await Expect(eve.Page.Locator("#visit :is(b:not(.self), i, script, .log img)")).ToHaveCountAsync(0);
        Assert.False(await eve.Page.EvaluateAsync<bool>("'wasRun' in window"));
        Assert.Empty(eve.Complaints);
    }

    [Fact]
    public async Task Any_client_takes_part()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        using var sensor = await PlainClient.EnterAsync(stage.Address, _room, "sensor");

        await sensor.SendAsync("21.5 °C");
        await sensor.SendAsync(new byte[3], WebSocketMessageType.Binary);

        await ada.SeesAsync("sensor", "21.5 °C");
        await ada.SeesAsync("sensor", "[binary, 3 bytes]");
        await Expect(ada.Members).ToHaveTextAsync(["ada", "sensor"]);
    }

    [Fact]
    public async Task What_was_said_before_one_enters_is_there_with_its_time()
    {
        using var early = await PlainClient.EnterAsync(stage.Address, _room, "early");
        await early.SendAsync("I was here first");
        await using var late = await stage.VisitorAsync();
        await late.EnterAsync(stage.Address, _room, "late");

        await late.SeesAsync("early", "I was here first");
        await Expect(late.Log.GetByText("The room begins here")).ToBeVisibleAsync();
        await Expect(late.Messages.Locator("time")).ToHaveTextAsync(new Regex("^[0-2][0-9]:[0-5][0-9]$"));
    }

    [Fact]
    public async Task One_name_may_be_there_several_times()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        using var sensor = await PlainClient.EnterAsync(stage.Address, _room, "sensor");
        var members = ada.Page.Locator(".members li");
        using (await PlainClient.EnterAsync(stage.Address, _room, "sensor"))
        {
            await Expect(members).ToHaveTextAsync(["adayou", "sensor2×"]);
            await Expect(ada.Page.Locator(".here-now")).ToHaveTextAsync("3 here");
        }

        await Expect(members).ToHaveTextAsync(["adayou", "sensor"]);
        await Expect(ada.Page.Locator(".here-now")).ToHaveTextAsync("2 here");
    }

    [Fact]
    public async Task Who_is_typing_is_seen_until_it_is_said_or_given_up()
    {
        await using var ada = await stage.VisitorAsync();
        await using var bob = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        await bob.EnterAsync(stage.Address, _room, "bob");

        await bob.Draft.PressSequentiallyAsync("Hel");
        await Expect(ada.Typing).ToHaveTextAsync("bob is typing");
        await bob.Draft.FillAsync("");
        await Expect(ada.Typing).ToHaveTextAsync("");

        await bob.Draft.PressSequentiallyAsync("Hello");
        await Expect(ada.Typing).ToHaveTextAsync("bob is typing");
        await bob.Draft.PressAsync("Enter");
        await ada.SeesAsync("bob", "Hello");
        await Expect(ada.Typing).ToHaveTextAsync("");
    }

    [Fact]
    public async Task The_state_is_the_sockets_own()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.FollowLinkAsync(stage.Address, _room);
        await ada.State.EvaluateAsync("""
            label => {
              window.states = [];
              new MutationObserver(() => states.push(label.textContent)).observe(label, { childList: true });
            }
            """);
        await ada.Name.FillAsync("ada");
        await ada.PlugIn.ClickAsync();
        await Expect(ada.State).ToHaveTextAsync("OPEN");
        await ada.Leave.ClickAsync();
        await Expect(ada.PlugIn).ToBeVisibleAsync();

        Assert.Equal(["CONNECTING", "OPEN", "CLOSING", "CLOSED"], await ada.Page.EvaluateAsync<string[]>("states"));
    }

    [Fact]
    public async Task Ordinary_use_gives_the_browser_nothing_to_complain_about()
    {
        await using var ada = await stage.VisitorAsync();
        var response = await ada.FollowLinkAsync(stage.Address, _room);
        Assert.Contains("default-src 'self'", response!.Headers["content-security-policy"], StringComparison.Ordinal);

        await ada.EnterAsync(stage.Address, _room, "ada");
        await ada.SayAsync("Hello");
        await ada.SeesAsync("ada", "Hello");
        await ada.Page.ReloadAsync();
        await Expect(ada.State).ToHaveTextAsync("OPEN");
        await ada.SeesAsync("ada", "Hello");
        await ada.Leave.ClickAsync();
        await Expect(ada.PlugIn).ToBeVisibleAsync();

        Assert.Empty(ada.Complaints);
    }

    [Fact]
    public async Task A_link_names_the_room_and_the_browser_remembers_the_name()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        await Expect(ada.Page).ToHaveURLAsync(new Uri(stage.Address, $"?room={_room}").AbsoluteUri);

        var another = new Visitor(ada.Page.Context, await ada.Page.Context.NewPageAsync());
        await another.FollowLinkAsync(stage.Address, "elsewhere");
        await Expect(another.Name).ToHaveValueAsync("ada");
        await Expect(another.Room).ToHaveValueAsync("elsewhere");
    }

    [Fact]
    public async Task Names_may_hold_what_a_URL_may_not()
    {
        const string Name = "Zoë & Ωmega";
        await using var zoe = await stage.VisitorAsync();
        await zoe.EnterAsync(stage.Address, $"café (l'été) 100%! {_room}", Name);
        await zoe.SayAsync("Ça va ?");

        await zoe.SeesAsync(Name, "Ça va ?");
        await Expect(zoe.Members).ToHaveTextAsync([Name]);
    }

    [Fact]
    public async Task Whoever_reads_back_is_not_torn_away()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _room, "ada");
        await ada.SayAsync("The first word");
        await ada.SayAsync(string.Join('\n', Enumerable.Range(1, 100)));
        var first = ada.Messages.First;
        await Expect(first).Not.ToBeInViewportAsync();

        await first.ScrollIntoViewIfNeededAsync();
        using var bob = await PlainClient.EnterAsync(stage.Address, _room, "bob");
        await bob.SendAsync("The last word");
        await Expect(ada.NewMessages).ToBeVisibleAsync();
        await Expect(first).ToBeInViewportAsync();

        await ada.NewMessages.ClickAsync();
        await Expect(ada.Messages.Last).ToBeInViewportAsync();
        await Expect(ada.NewMessages).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_name_or_room_that_cannot_be_is_explained()
    {
        await using var visitor = await stage.VisitorAsync();
        await visitor.FollowLinkAsync(stage.Address, _room);
        foreach (var (name, room, wrong) in new[]
        {
            ("", "lobby", visitor.Name),
            ("  ", "lobby", visitor.Name),
            ("ada", "a/b", visitor.Room),
            ("ada", "..", visitor.Room),
        })
        {
            await visitor.Name.FillAsync(name);
            await visitor.Room.FillAsync(room);
            await visitor.PlugIn.ClickAsync();

            await Expect(wrong).ToBeFocusedAsync();
            await Expect(wrong).ToHaveAttributeAsync("aria-invalid", "true");
            await Expect(wrong).ToHaveAccessibleDescriptionAsync(new Regex("^A (name|room) has 1 to "));
        }
    }
}
