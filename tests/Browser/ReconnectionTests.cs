using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

public sealed class ReconnectionTests(Stage stage)
{
    private readonly string _room = $"line-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_restarted_server_is_found_again_and_the_draft_is_kept()
    {
        var port = ServerProcess.FreePort();
        await using var ada = await stage.VisitorAsync();
        await using (var first = await ServerProcess.StartAsync(["--port", $"{port}"]))
        {
            await ada.EnterAsync(first.Address, _room, "ada");
            await ada.SayAsync("Before the storm");
            await ada.SeesAsync("ada", "Before the storm");
            await first.KillAsync();

            await Expect(ada.Notice).ToContainTextAsync("The line dropped.");
            await Expect(ada.Notice).ToContainTextAsync(new Regex(@"Next attempt in \d+ s"));
            await Expect(ada.State).ToHaveTextAsync("CLOSED");
            await Expect(ada.Send).ToBeDisabledAsync();
            await ada.SayAsync("Written in the dark");
            await Expect(ada.Draft).ToHaveValueAsync("Written in the dark");
        }

        await using var second = await ServerProcess.StartAsync(["--port", $"{port}"]);
        await Expect(ada.State).ToHaveTextAsync("OPEN", new() { Timeout = 40_000 });
        await Expect(ada.ReconnectNow).ToBeHiddenAsync();
        await Expect(ada.Log.GetByText("Reconnected: messages sent while you were away are not shown")).ToBeVisibleAsync();
        await Expect(ada.Draft).ToHaveValueAsync("Written in the dark");

        await ada.Draft.PressAsync("Enter");
        await ada.SeesAsync("ada", "Written in the dark");
        await ada.SeesAsync("ada", "Before the storm");
    }

    [Fact]
    public async Task Reconnect_now_does_not_wait()
    {
        var port = ServerProcess.FreePort();
        await using var ada = await stage.VisitorAsync();
        await ada.Page.Clock.InstallAsync();
        await using (var first = await ServerProcess.StartAsync(["--port", $"{port}"]))
        {
            await ada.EnterAsync(first.Address, _room, "ada");
            await ada.Page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        }

        // The page's clock stands still: without the button the wait would never end.
        await Expect(ada.Notice).ToContainTextAsync("Next attempt in 1 s");
        await using var second = await ServerProcess.StartAsync(["--port", $"{port}"]);
        await ada.ReconnectNow.ClickAsync();

        await Expect(ada.State).ToHaveTextAsync("OPEN");
        await Expect(ada.Draft).ToBeFocusedAsync();
    }

    [Fact]
    public async Task What_the_room_did_not_confirm_comes_back_to_the_draft()
    {
        await using var ada = await stage.VisitorAsync();
        await ada.Page.RouteWebSocketAsync(new Regex("/rooms/"), line => line.OnMessage(_ => line.CloseAsync()));
        await ada.EnterAsync(stage.Address, _room, "ada");
        await ada.SayAsync("Did this arrive?");

        await Expect(ada.Draft).ToHaveValueAsync("Did this arrive?");
        await Expect(ada.Log.GetByText("What you sent last was not confirmed: it is back in your draft")).ToBeVisibleAsync();
        await Expect(ada.Messages).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Waits_double_up_to_half_a_minute_and_are_drawn_anywhere_below()
    {
        await using var visitor = await stage.VisitorAsync();
        await visitor.FollowLinkAsync(stage.Address, _room);

        var waits = await visitor.Page.EvaluateAsync<double[]>("""
            async () => {
              const { Backoff } = await import("/page/Backoff.js");
              const longest = new Backoff({ random: () => 1 });
              const shortest = new Backoff({ random: () => 0 });
              return [...Array.from({ length: 8 }, () => longest.next()), shortest.next(), shortest.next()];
            }
            """);

        Assert.Equal([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 0, 0], waits);
    }
}
