using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

/// <summary>Several rooms on one line.</summary>
public sealed class RoomsTests(Stage stage)
{
    private readonly string _hall = $"hall-{Guid.NewGuid():N}";
    private readonly string _cellar = $"cellar-{Guid.NewGuid():N}";

    [Fact]
    public async Task What_is_said_elsewhere_is_counted_until_one_looks()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _hall, "ada");
        await ada.AddRoomAsync(_cellar);
        using var bob = await PlainClient.EnterAsync(stage.Address, _hall, "bob");
        await bob.SendAsync("Are you there?");
        await bob.SendAsync("Hello?");

        await Expect(ada.Switch(_hall)).ToContainTextAsync("2 unread");
        await Expect(ada.Page).ToHaveTitleAsync($"(2) {_cellar} · Switchboard");
        await ada.SayAsync("In the cellar");
        await ada.SeesAsync("ada", "In the cellar");
        await ada.Switch(_hall).ClickAsync();

        await Expect(ada.Switch(_hall).Locator(".unread")).ToBeHiddenAsync();
        await Expect(ada.Log.Locator(".said .text")).ToHaveTextAsync(["Are you there?", "Hello?"]);
        await Expect(ada.Log.Locator(".mark-line")).ToHaveTextAsync("New");
        await Expect(ada.Page).ToHaveTitleAsync($"{_hall} · Switchboard");
        await Expect(ada.Members).ToHaveTextAsync(["ada", "bob"]);
        Assert.Empty(ada.Complaints);
    }

    [Fact]
    public async Task Rooms_drafts_and_what_was_read_are_remembered()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _hall, "ada");
        using var bob = await PlainClient.EnterAsync(stage.Address, _hall, "bob");
        await bob.SendAsync("Read");
        await ada.SeesAsync("bob", "Read");
        await ada.Draft.FillAsync("For the hall");
        await ada.AddRoomAsync(_cellar);
        await ada.Draft.FillAsync("For the cellar");
        await bob.SendAsync("Unread");
        await Expect(ada.Switch(_hall)).ToContainTextAsync("1 unread");

        await ada.Page.ReloadAsync();
        await Expect(ada.State).ToHaveTextAsync("OPEN");
        await Expect(ada.Rooms).ToHaveTextAsync([_hall, _cellar]);
        await Expect(ada.Draft).ToHaveValueAsync("For the cellar");
        await Expect(ada.Switch(_hall)).ToContainTextAsync("1 unread");
        await ada.Switch(_hall).ClickAsync();
        await Expect(ada.Draft).ToHaveValueAsync("For the hall");
        await Expect(ada.Log.Locator(".mark-line")).ToHaveTextAsync("New");

        // Another day: the browser knows the rooms that were not left.
        await ada.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Unplug" }).ClickAsync();
        await ada.PlugIn.ClickAsync();
        await Expect(ada.Rooms).ToHaveTextAsync([_hall, _cellar]);
    }

    [Fact]
    public async Task A_room_is_left_alone_and_the_next_one_is_looked_at()
    {
        await using var ada = await stage.VisitorAsync();
        await using var bob = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _hall, "ada");
        await ada.AddRoomAsync(_cellar);
        await bob.EnterAsync(stage.Address, _cellar, "bob");
        await Expect(bob.Members).ToHaveTextAsync(["ada", "bob"]);

        await ada.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = $"Leave {_cellar}" }).ClickAsync();
        await Expect(bob.Members).ToHaveTextAsync(["bob"]);
        await Expect(ada.Rooms).ToHaveTextAsync([_hall]);
        await ada.SayAsync("Still here");
        await ada.SeesAsync("ada", "Still here");
    }

    [Fact]
    public async Task A_room_that_cannot_be_is_explained()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.EnterAsync(stage.Address, _hall, "ada");
        await ada.AnotherRoom.FillAsync("a/b");
        await ada.AnotherRoom.PressAsync("Enter");

        await Expect(ada.AnotherRoom).ToHaveAccessibleDescriptionAsync("A room has 1 to 200 characters and no slash.");
        await Expect(ada.AnotherRoom).ToBeFocusedAsync();
        await Expect(ada.Rooms).ToHaveTextAsync([_hall]);
    }
}
