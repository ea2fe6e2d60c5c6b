using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

/// <summary>samples/Rooms/room.html: a page of thirty lines over the browser's own WebSocket, with no code of ours, from a server that is not ours.</summary>
public sealed class SampleTests(Stage stage)
{
    [Fact]
    public async Task A_page_without_our_code_misses_nothing_and_doubles_nothing()
    {
        await using var site = await ServeAsync("samples/Rooms/room.html");
        var data = Directory.CreateTempSubdirectory("switchboard-sample-");
        string[] flags =
        [
            "--port", $"{ServerProcess.FreePort()}", "--data", data.FullName, $"--Switchboard:AllowedOrigins:0={site.Urls.First()}",
        ];
        await using var visitor = await stage.VisitorAsync();
        var log = visitor.Page.Locator("#log li");
        var state = visitor.Page.Locator("output");
        await using (var first = await ServerProcess.StartAsync(flags))
        {
            await visitor.Page.GotoAsync($"{site.Urls.First()}/?server=ws://{first.Address.Authority}");
            await Expect(state).ToHaveTextAsync("open");
            await SendAsync("before");
            await Expect(log).ToHaveTextAsync([new Regex("before$")]);
            await first.KillAsync();
            await Expect(state).ToHaveTextAsync("closed");
            await SendAsync("while it was away");
        }

        await using (var second = await ServerProcess.StartAsync(flags))
        {
            using var other = await PlainClient.EnterAsync(second.Address, "lobby", "other");
            await other.SendAsync("from elsewhere");
            await Expect(log).ToHaveCountAsync(3);
            await SendAsync("after");
            await Expect(log).ToHaveCountAsync(4);
            var texts = (await log.AllTextContentsAsync()).Select(text => text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            Assert.Equal(["after", "before", "from elsewhere", "while it was away"], texts.Order(StringComparer.Ordinal));
        }

        data.Delete(recursive: true);

        async Task SendAsync(string text)
        {
            await visitor.Page.GetByLabel("Message").FillAsync(text);
            await visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Button).ClickAsync();
        }
    }

    private static async Task<WebApplication> ServeAsync(string file)
    {
        var site = WebApplication.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
        site.MapGet("/", () => Results.Content(page, "text/html"));
        await site.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }
}
