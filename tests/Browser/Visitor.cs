using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.Browser;

/// <summary>One person at the page, found as that person finds it: by labels, roles and what is written.</summary>
internal sealed class Visitor(IBrowserContext context, IPage page) : IAsyncDisposable
{
    public IPage Page { get; } = page;

    public ILocator Name => Page.GetByLabel("Your name");
    public ILocator Room => Page.GetByLabel("Room", new() { Exact = true });
    public ILocator PlugIn => Page.GetByRole(AriaRole.Button, new() { Name = "Plug in" });

    public ILocator State => Page.Locator(".state-label");
    public ILocator Log => Page.GetByRole(AriaRole.Log);
    public ILocator Messages => Log.Locator(".message");
    public ILocator NewMessages => Page.Locator(".newest");
    public ILocator Notes => Log.Locator(".note-text");
    public ILocator Letters => Log.Locator(".letter");
    public ILocator Members => Page.Locator(".members li .label");
    public ILocator Rooms => Page.Locator(".room .label");
    public ILocator AnotherRoom => Page.GetByLabel("Another room");
    public ILocator Typing => Page.Locator(".typing");
    public ILocator Notice => Page.Locator(".notice");
    public ILocator ReconnectNow => Page.GetByRole(AriaRole.Button, new() { Name = "Reconnect now" });
    public ILocator Draft => Page.GetByRole(AriaRole.Textbox, new() { Name = "Message" });
    public ILocator Send => Page.GetByRole(AriaRole.Button, new() { Name = "Send" });
    public ILocator Leave => Page.GetByRole(AriaRole.Button, new() { Name = "Leave", Exact = true });

    /// <summary>What the browser's console had to complain about, violations of the content security policy included.</summary>
    public List<string> Complaints { get; } = Listen(page);

    public Task<IResponse?> FollowLinkAsync(Uri server, string room) =>
        Page.GotoAsync(new Uri(server, $"?room={Uri.EscapeDataString(room)}").AbsoluteUri);

    /// <summary>Follows the link to a room, gives a name and is put through.</summary>
    public async Task EnterAsync(Uri server, string room, string name)
    {
        await FollowLinkAsync(server, room);
        await Name.FillAsync(name);
        await PlugIn.ClickAsync();
        await Expect(State).ToHaveTextAsync("OPEN");
    }

    /// <summary>The switch of a room in the sidebar, with what is unread there.</summary>
    public ILocator Switch(string room) => Page.Locator(".room").Filter(new() { Has = Page.Locator(".label").GetByText(room, new() { Exact = true }) });

    /// <summary>Where the board is a drawer, opens it.</summary>
    public async Task OpenBoardAsync()
    {
        var button = Page.Locator(".open-board");
        if (await button.IsVisibleAsync())
        {
            await button.ClickAsync();
        }
    }

    public async Task AddRoomAsync(string room)
    {
        await AnotherRoom.FillAsync(room);
        await AnotherRoom.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(room);
    }

    public async Task SayAsync(string text)
    {
        await Draft.FillAsync(text);
        await Draft.PressAsync("Enter");
    }

    /// <summary>Waits until somebody's message stands in the log.</summary>
    public Task SeesAsync(string name, string text) => Expect(
        Log.Locator(".said .message")
            .Filter(new() { Has = Page.Locator(".name").GetByText(name, new() { Exact = true }) })
            .Filter(new() { Has = Page.Locator(".text").GetByText(text, new() { Exact = true }) })).ToHaveCountAsync(1);

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private static List<string> Listen(IPage page)
    {
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        return complaints;
    }
}
