using System.Runtime.Versioning;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Switchboard.AspNetCore;
using Switchboard.AspNetCore.Detaching;
using Switchboard.AspNetCore.Listening;
using Switchboard.Transports.Linux;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Lets WebSockets leave Kestrel when they are open.</summary>
public static class SwitchboardWebHostBuilderExtensions
{
    /// <summary>
    /// Runs the WebSockets of <c>MapWebSockets</c> on event loops of Switchboard's own, at the port that Kestrel serves: the pipeline
    /// decides on the upgrade as before, and after the 101 the connection leaves Kestrel. It then costs what a
    /// <c>WebSocketServer</c>'s does. Plain HTTP, and whatever else comes to the port, is Kestrel's as before. One
    /// path may serve both: who asks for a WebSocket gets it, everybody else the other endpoint.
    /// </summary>
    /// <remarks>
    /// On Linux (x64, arm64), for HTTP/1.1 without TLS; elsewhere, and over HTTPS and HTTP/2, WebSockets stay inside
    /// Kestrel. Kestrel's limits (<c>MaxConcurrentConnections</c>, <c>MaxConcurrentUpgradedConnections</c>) no longer count a connection
    /// that has left it. The request ends with the connection's handler, so middleware behind <c>await next()</c> runs then.
    /// </remarks>
    /// <param name="builder">The web host, such as <c>WebApplicationBuilder.WebHost</c>. It must use Kestrel.</param>
    public static IWebHostBuilder UseSwitchboard(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(static services => services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, SamePathPolicy>()));
        return EpollTransportFactory.IsSupported ? builder.ConfigureServices(Add) : builder;
    }

    [SupportedOSPlatform("linux")]
    private static void Add(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(UpgradeHosts)))
        {
            return;
        }

        services.AddSingleton<IConnectionListenerFactory, SortingListenerFactory>();
        services.AddSingleton<UpgradeHosts>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<UpgradeHosts>());
    }
}
