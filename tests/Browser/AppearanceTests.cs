using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

/// <summary>The page in its main states, kept as pictures to look at, and never wider than the window.</summary>
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
        await grace.SendAsync("grace: Good morning, exchange.");
        await linus.SendAsync("linus: Morning! Line 4 crackles again.");
        await ada.EnterAsync(server.Address, "lobby", "ada");
        await Expect(ada.Log.GetByText("You entered")).ToBeVisibleAsync();
        await ada.SayAsync("Hello everyone");
        await ada.SayAsync("Is anyone looking at line 4?");
        await ada.SeesAsync("ada", "Is anyone looking at line 4?");
        await grace.SendAsync("grace: I am on it. It was the cord, not the jack: plugged in and out a few thousand times too often.");
        await grace.SendAsync("grace: Replaced.\nPlease try again.");
        await ada.SeesAsync("grace", "Replaced.\nPlease try again.");
        await sensor.SendAsync("21.5 °C, 61 % humidity");
        await ada.SeesAsync("someone", "21.5 °C, 61 % humidity");
        await linus.SendAsync($"linus: <b>Clear</b> as a bell. {LongWord}");
        await Expect(ada.Messages).ToHaveCountAsync(8);
        await Expect(ada.Members).ToHaveCountAsync(4);
        await KeepAsync(ada.Page, $"{name}-2-room");

        await ada.Draft.FillAsync("Thank you, Grace. I will");
        await server.KillAsync();
        await Expect(ada.ReconnectNow).ToBeVisibleAsync();
        await Expect(ada.Messages.Last).ToBeInViewportAsync();
        await KeepAsync(ada.Page, $"{name}-3-dropped");
    }

    private static async Task KeepAsync(IPage page, string name)
    {
        Assert.True(
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{name} scrolls sideways");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Artifacts, "screenshots", $"{name}.png") });
    }

    private static string Artifacts => Environment.GetEnvironmentVariable("SWITCHBOARD_ARTIFACTS") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(Root(new DirectoryInfo(AppContext.BaseDirectory)), "artifacts");

    private static string Root(DirectoryInfo directory) =>
        File.Exists(Path.Combine(directory.FullName, "Switchboard.slnx")) ? directory.FullName : Root(directory.Parent!);
}
