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

        // Backwards through the room: the log can be scrolled, then the invitation, then the way out.
        await keys.PressAsync("Shift+Tab");
        await Expect(ada.Log).ToBeFocusedAsync();
        await Expect(ada.Log).ToHaveCSSAsync("outline-style", "solid");
        await keys.PressAsync("Shift+Tab");
        await keys.PressAsync("Shift+Tab");
        await Expect(ada.Leave).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(ada.Name).ToBeFocusedAsync();
    }
}
