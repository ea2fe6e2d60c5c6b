using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

public sealed class KeyboardTests(Stage stage)
{
    private readonly string _room = $"keys-{Guid.NewGuid():N}";

    [Fact]
    public async Task Everything_is_done_from_the_keyboard()
    {
        await using var ada = await stage.VisitorAsync();
        var keys = ada.Page.Keyboard;
        await ada.FollowLinkAsync(stage.Address, _room);

        await Expect(ada.Name).ToBeFocusedAsync();
        await keys.TypeAsync("ada");
        await keys.PressAsync("Tab");
        await Expect(ada.Room).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Expect(ada.PlugIn).ToBeFocusedAsync();
        await keys.PressAsync("Enter");

        await Expect(ada.Draft).ToBeFocusedAsync();
        await Expect(ada.State).ToHaveTextAsync("OPEN");
        await keys.TypeAsync("one line");
        await keys.PressAsync("Shift+Enter");
        await keys.TypeAsync("and another");
        await keys.PressAsync("Enter");
        await ada.SeesAsync("ada", "one line\nand another");

        // Backwards through the room: the log can be scrolled, then the board with its rooms, then the way out.
        await keys.PressAsync("Shift+Tab");
        await Expect(ada.Log).ToBeFocusedAsync();
        await Expect(ada.Log).ToHaveCSSAsync("outline-style", "solid");
        foreach (var name in new[] { "Unplug", "Copy link", "Add" })
        {
            await keys.PressAsync("Shift+Tab");
            await Expect(ada.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true })).ToBeFocusedAsync();
        }

        await keys.PressAsync("Shift+Tab");
        await Expect(ada.AnotherRoom).ToBeFocusedAsync();
        await keys.TypeAsync("cellar");
        await keys.PressAsync("Enter");
        await Expect(ada.Draft).ToBeFocusedAsync();
        await Expect(ada.Rooms).ToHaveTextAsync([_room, "cellar"]);

        await ada.Switch(_room).FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(ada.Switch(_room)).ToHaveAttributeAsync("aria-current", "true");
        await ada.Leave.FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(ada.Rooms).ToHaveTextAsync(["cellar"]);
        await ada.Leave.FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(ada.Name).ToBeFocusedAsync();
    }

    [Fact]
    public async Task On_a_phone_the_board_is_a_drawer()
    {
        await using var ada = await stage.VisitorAsync(new() { ViewportSize = new() { Width = 390, Height = 844 } });
        await ada.EnterAsync(stage.Address, _room, "ada");
        await Expect(ada.Switch(_room)).ToBeHiddenAsync();

        await ada.OpenBoardAsync();
        await Expect(ada.Switch(_room)).ToBeFocusedAsync();
        await Expect(ada.Page.Locator(".talk")).ToHaveAttributeAsync("inert", "");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Switch(_room)).ToBeHiddenAsync();
        await Expect(ada.Page.Locator(".open-board")).ToBeFocusedAsync();

        await ada.OpenBoardAsync();
        await ada.AddRoomAsync("cellar");
        await Expect(ada.Switch("cellar")).ToBeHiddenAsync();
        await Expect(ada.Draft).ToBeFocusedAsync();
    }
}
