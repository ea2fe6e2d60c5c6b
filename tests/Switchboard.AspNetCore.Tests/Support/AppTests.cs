using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Switchboard.AspNetCore.Tests;

/// <summary>Where a WebSocket lives once it is open.</summary>
public enum Home
{
    /// <summary>In Kestrel's stream, as long as it lasts.</summary>
    Kestrel,

    /// <summary>On a loop of ours: it leaves Kestrel behind the 101.</summary>
    Loop,
}

/// <summary>Tests that hold wherever WebSockets live: each suite runs for both.</summary>
public abstract class AppTests(Home home)
{
    private protected bool IsOnLoop => home == Home.Loop;

    private protected Task<TestApp> StartAsync(Action<WebApplication> map) => StartAsync(static _ => { }, map);

    private protected Task<TestApp> StartAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> map) => TestApp.StartAsync(
        builder =>
        {
            if (home == Home.Loop)
            {
                builder.WebHost.UseSwitchboard();
            }

            configure(builder);
        },
        map);
}
