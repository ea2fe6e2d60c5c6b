using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

/// <summary>The page in its main states, kept as pictures to look at, never wider than the window, and without fault to axe-core.</summary>
public sealed class AppearanceTests(Stage stage)
{
    private const string LongWord = "wordwithoutanyspaceswhichgoesonandonandonandonandonandonandonandonandonandonandon";

    [Theory]
    [InlineData("phone", 390, 844, ColorScheme.Light)]
    [InlineData("phone", 390, 844, ColorScheme.Dark)]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark)]
    public async Task It_fits_the_screen(string device, int width, int height, ColorScheme scheme)
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ada = await stage.VisitorAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            HasTouch = device == "phone",
            IsMobile = device == "phone",
        });
        var name = $"{device}-{scheme}".ToLowerInvariant();

        await ada.FollowLinkAsync(server.Address, "lobby");
        await KeepAsync(ada.Page, $"{name}-1-entry");

        using var grace = await PlainClient.EnterAsync(server.Address, "lobby", "grace");
        using var linus = await PlainClient.EnterAsync(server.Address, "lobby", "linus");
        using var sensor = await PlainClient.EnterAsync(server.Address, "lobby", "greenhouse-sensor");
        await grace.SendAsync("Good morning, exchange.");
        await linus.SendAsync("Morning! Line 4 crackles again.");
        await ada.EnterAsync(server.Address, "lobby", "ada");
        await ada.SeesAsync("linus", "Morning! Line 4 crackles again.");
        await ada.SayAsync("Hello everyone");
        await ada.SayAsync("Is anyone looking at line 4?");
        await ada.SeesAsync("ada", "Is anyone looking at line 4?");
        await grace.SendAsync("I am on it. It was the cord, not the jack: plugged in and out a few thousand times too often.");
        await grace.SendAsync("Replaced.\nPlease try again.");
        await ada.SeesAsync("grace", "Replaced.\nPlease try again.");
        await sensor.SendAsync("21.5 °C, 61 % humidity");
        await ada.SeesAsync("greenhouse-sensor", "21.5 °C, 61 % humidity");
        await linus.SendAsync($"<b>Clear</b> as a bell. {LongWord}");
        await Expect(ada.Messages).ToHaveCountAsync(8);
        await Expect(ada.Members).ToHaveCountAsync(4);
        using var bob = await PlainClient.EnterAsync(server.Address, "night shift", "bob");
        await ada.OpenBoardAsync();
        await ada.AddRoomAsync("workshop");
        await ada.OpenBoardAsync();
        await ada.AddRoomAsync("night shift");
        await ada.OpenBoardAsync();
        await ada.Switch("lobby").ClickAsync();
        await bob.SendAsync("Who has the key?");
        await bob.SendAsync("Found it.");
        using var joe = await JsonClient.EnterAsync(server.Address, "lobby", "joe");
        await joe.SendAsync("""{"type":"publish","data":{"line":4,"ok":true,"noise":[0.02,0.01]}}""");
        await Expect(ada.Messages.Last).ToContainTextAsync("\"line\":4");
        await joe.SendAsync("""{"type":"signal","data":{"typing":true}}""");
        await Expect(ada.Typing).ToHaveTextAsync("joe is typing");
        await KeepAsync(ada.Page, $"{name}-2-room");
        await ada.OpenBoardAsync();
        await Expect(ada.Switch("night shift")).ToContainTextAsync("2 unread");
        await KeepAsync(ada.Page, $"{name}-3-board");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".talk")).Not.ToHaveAttributeAsync("inert", "");

        await server.KillAsync();
        await ada.SayAsync("Thank you, Grace.");
        await ada.Draft.FillAsync("I will");
        await Expect(ada.ReconnectNow).ToBeVisibleAsync();
        await Expect(ada.Messages.Last).ToBeInViewportAsync();
        await KeepAsync(ada.Page, $"{name}-4-dropped");
    }

    private static async Task KeepAsync(IPage page, string name)
    {
        Assert.True(
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{name} scrolls sideways");
        await Axe.FindsNothingAsync(page, name);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Artifacts, "screenshots", $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
    }

    private static string Artifacts => Environment.GetEnvironmentVariable("SWITCHBOARD_ARTIFACTS") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(Root(new DirectoryInfo(AppContext.BaseDirectory)), "artifacts");

    private static string Root(DirectoryInfo directory) =>
        File.Exists(Path.Combine(directory.FullName, "Switchboard.slnx")) ? directory.FullName : Root(directory.Parent!);
}
