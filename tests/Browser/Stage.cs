using Microsoft.Playwright;
using Switchboard.Browser;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Stage))]

// Two cores are soon busy with one browser; a test that waits for another's page tells nothing.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Switchboard.Browser;

/// <summary>What all tests share: one Chromium, and one server for those that do not restart theirs.</summary>
public sealed class Stage : IAsyncLifetime
{
    private const float PatienceInMilliseconds = 20_000;

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private ServerProcess _server = null!;

    public Uri Address => _server.Address;

    public async ValueTask InitializeAsync()
    {
        var executable = Chromium.Find();
        Assertions.SetDefaultExpectTimeout(PatienceInMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Chromium.Arguments });

        // A test may say much at once.
        _server = await ServerProcess.StartAsync(
            ["--port", "0", "--Switchboard:Rooms:Default:Rate:PerSecond=100000", "--Switchboard:Rooms:Default:Rate:Burst=100000"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>A person at a browser of their own: nothing remembered, nothing shared.</summary>
    internal async Task<Visitor> VisitorAsync(BrowserNewContextOptions? options = null)
    {
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(PatienceInMilliseconds);
        return new Visitor(context, await context.NewPageAsync());
    }
}
