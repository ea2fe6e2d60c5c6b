using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

public sealed class ReconnectionTests(Stage stage)
{
    private readonly string _room = $"line-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_killed_server_is_found_again_and_nothing_is_lost_or_doubled()
    {
        using var data = new TemporaryFolder();
        string[] flags = ["--port", $"{ServerProcess.FreePort()}", "--data", data.Path];
        await using var ada = await stage.VisitorAsync();
        await using var bob = await stage.VisitorAsync();
        string[] said = ["One", "Two", "Three", "Four", "Five", "Six"];
        await using (var first = await ServerProcess.StartAsync(flags))
        {
            await ada.EnterAsync(first.Address, _room, "ada");
            await bob.EnterAsync(first.Address, _room, "bob");
            await ada.SayAsync("One");
            await bob.SeesAsync("ada", "One");

            // These are under way when it dies, or not: nobody can know.
            await ada.SayAsync("Two");
            await ada.SayAsync("Three");
            await first.KillAsync();

            await Expect(ada.Notice).ToContainTextAsync("The line dropped.");
            await Expect(ada.Notice).ToContainTextAsync(new Regex(@"Next attempt in \d+ s"));
            await Expect(ada.State).ToHaveTextAsync("CLOSED");
            await ada.SayAsync("Four");
            await Expect(ada.Letters.Last).ToContainTextAsync("Waits for the line");
            await ada.SayAsync("Five");
            await ada.Draft.FillAsync("A draft");
        }

        await using var second = await ServerProcess.StartAsync(flags);
        await Expect(ada.State).ToHaveTextAsync("OPEN", new() { Timeout = 40_000 });
        await Expect(bob.State).ToHaveTextAsync("OPEN", new() { Timeout = 40_000 });
        await Expect(ada.ReconnectNow).ToBeHiddenAsync();
        await Expect(ada.Draft).ToHaveValueAsync("A draft");
        await ada.SayAsync("Six");

        foreach (var visitor in new[] { ada, bob })
        {
            await Expect(visitor.Log.Locator(".said .text")).ToHaveTextAsync(said);
            await Expect(visitor.Letters).ToHaveCountAsync(0);
        }

        await Expect(bob.Notes).ToContainTextAsync([new Regex("^Reconnected: (caught up|nothing was missed)")]);
        Assert.Equal(said.Length, await ada.Page.EvaluateAsync<int>("new Set([...document.querySelectorAll('.said .message')].map(message => message.dataset.seq)).size"));
    }

    [Fact]
    public async Task What_was_said_meanwhile_is_caught_up_and_counted()
    {
        await using var ada = await stage.VisitorAsync();
        IWebSocketRoute? line = null;
        var isDead = false;
        await ada.Page.RouteWebSocketAsync(new Regex("/rooms"), route =>
        {
            if (isDead)
            {
                _ = route.CloseAsync();
                return;
            }

            line = route;
            route.ConnectToServer();
        });
        await ada.EnterAsync(stage.Address, _room, "ada");
        await ada.SayAsync("Before");
        await ada.SeesAsync("ada", "Before");
        isDead = true;
        await line!.CloseAsync(new() { Code = 1013, Reason = "You read too slowly." });
        await Expect(ada.Notice).ToContainTextAsync("The server has too much to do. The server said: You read too slowly.");

        using var bob = await PlainClient.EnterAsync(stage.Address, _room, "bob");
        for (var i = 1; i <= 12; i++)
        {
            await bob.SendAsync($"Meanwhile {i}");
        }

        await ada.SayAsync("My own, queued");
        isDead = false;
        await Expect(ada.State).ToHaveTextAsync("OPEN");
        await Expect(ada.Log.GetByText("Reconnected: caught up 12 messages")).ToBeVisibleAsync();
        await ada.SeesAsync("ada", "My own, queued");
        await Expect(ada.Log.Locator(".said .text")).ToHaveCountAsync(14);
        await Expect(ada.Messages.Last).ToContainTextAsync("My own, queued");
    }

    [Fact]
    public async Task What_is_said_offline_is_kept_over_a_reload_and_sent_once()
    {
        await using var ada = await stage.VisitorAsync();
        var isDead = false;
        IWebSocketRoute? line = null;
        await ada.Page.RouteWebSocketAsync(new Regex("/rooms"), route =>
        {
            if (isDead)
            {
                _ = route.CloseAsync();
                return;
            }

            line = route;
            var server = route.ConnectToServer();
            route.OnMessage(frame =>
            {
                // The last thing that gets through: it is stored, and nobody hears of it.
                server.Send(frame.Text!);
                isDead |= frame.Text!.Contains("Stored in silence", StringComparison.Ordinal);
            });
            server.OnMessage(frame =>
            {
                if (isDead)
                {
                    _ = route.CloseAsync();
                }
                else
                {
                    route.Send(frame.Text!);
                }
            });
        });
        await ada.EnterAsync(stage.Address, _room, "ada");
        await ada.SayAsync("Stored in silence");
        await Expect(ada.State).Not.ToHaveTextAsync("OPEN");
        await ada.SayAsync("Queued");
        await Expect(ada.Letters).ToHaveCountAsync(2);

        await ada.Page.ReloadAsync();
        await Expect(ada.Letters).ToHaveCountAsync(2);
        await Expect(ada.Letters.Last).ToContainTextAsync("Waits for the line");
        isDead = false;
        await Expect(ada.State).ToHaveTextAsync("OPEN", new() { Timeout = 40_000 });

        await Expect(ada.Letters).ToHaveCountAsync(0);
        await Expect(ada.Log.Locator(".said .text")).ToHaveTextAsync(["Stored in silence", "Queued"]);
        await Expect(ada.Log.Locator(".stored")).ToHaveCountAsync(2);
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
