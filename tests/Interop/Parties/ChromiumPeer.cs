using System.Diagnostics;
using Microsoft.Playwright;
using Switchboard.Browser;

namespace Switchboard.Interop.Parties;

/// <summary>A peer that is a page, in a browser of its own.</summary>
internal sealed class ChromiumPeer : Peer
{
    private const string NetworkService = "network.mojom.NetworkService";

    // One for the whole run; it ends with our process.
    private static readonly Lazy<Task<IPlaywright>> Driver = new(Playwright.CreateAsync);

    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];
    private IPage? _page;
    private int[] _processes = [];

    private ChromiumPeer(IBrowser browser)
    {
        _browser = browser;
        Versions = new Dictionary<string, string> { ["Chromium"] = browser.Version };
    }

    public override string Trouble => string.Join('\n', _complaints);

    public static async Task<Peer> StartAsync(PeerTerms terms)
    {
        var playwright = await Driver.Value;
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Find(), Args = Chromium.Arguments });
        var peer = new ChromiumPeer(browser);
        try
        {
            peer._page = await peer.OpenPageAsync(new Uri(terms.Url));
            peer._processes = await peer.FindProcessesAsync();
            await peer._page.EvaluateAsync("terms => begin(JSON.parse(terms))", Write(terms));
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    public override Task KillAsync()
    {
        Array.ForEach(_processes, Kill);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => _browser.DisposeAsync();

    protected override Task TellAsync(string command) => _page!.EvaluateAsync("command => perform(JSON.parse(command))", command);

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It went with the one before.
        }
    }

    private async Task<int[]> FindProcessesAsync()
    {
        var session = await _browser.NewBrowserCDPSessionAsync();
        var answer = await session.SendAsync("SystemInfo.getProcessInfo");

        // The one with the connection goes first: when it is told that the page has gone, it says 1001.
        return
        [
            .. answer!.Value.GetProperty("processInfo").EnumerateArray()
                .OrderBy(process => process.GetProperty("type").GetString() == NetworkService ? 0 : 1)
                .Select(process => process.GetProperty("id").GetInt32()),
        ];
    }

    // A page comes from the host that it calls, or it may not. Ours serves none: the page takes the place of the refusal.
    private async Task<IPage> OpenPageAsync(Uri server)
    {
        var page = await _browser.NewPageAsync();
        page.Console += (_, message) => _complaints.Add(message.Text);
        page.PageError += (_, error) => _complaints.Add(error);
        await page.ExposeFunctionAsync<string>("report", lines => Array.ForEach(lines.Split('\n'), Reported));
        var html = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "tests/Interop/Peers/chromium/peer.html"), TestContext.Current.CancellationToken);
        await page.GotoAsync($"http://{server.Authority}/");
        await page.SetContentAsync(html);
        return page;
    }
}
