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
    public ILocator NewMessages => Page.GetByRole(AriaRole.Button, new() { Name = "New messages" });
    public ILocator Members => Page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Listitem);
    public ILocator Notice => Page.Locator(".notice");
    public ILocator ReconnectNow => Page.GetByRole(AriaRole.Button, new() { Name = "Reconnect now" });
    public ILocator Draft => Page.GetByRole(AriaRole.Textbox, new() { Name = "Message" });
    public ILocator Send => Page.GetByRole(AriaRole.Button, new() { Name = "Send" });
    public ILocator Leave => Page.GetByRole(AriaRole.Button, new() { Name = "Leave" });

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

    public async Task SayAsync(string text)
    {
        await Draft.FillAsync(text);
        await Draft.PressAsync("Enter");
    }

    /// <summary>Waits until somebody's message stands in the log.</summary>
    public Task SeesAsync(string name, string text) => Expect(
        Messages
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
