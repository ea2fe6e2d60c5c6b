using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Switchboard;
using Switchboard.AspNetCore;
using Switchboard.AspNetCore.Detaching;
using Switchboard.Server;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps WebSockets to paths.</summary>
public static class WebSocketEndpointExtensions
{
    /// <summary>
    /// Answers requests for a WebSocket at this path. What the pipeline says of the endpoint (authentication, authorization, CORS,
    /// rate limits) is decided before the upgrade; other requests get an error with problem details, or the other endpoint that is mapped to the path: that needs
    /// <c>UseSwitchboard</c>, without which a path is better given to one of them. When the host stops, the
    /// clients are told so (1001) before it waits for them.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route, such as <c>/chat/{room}</c>. Its values are in <c>request.HttpContext</c>.</param>
    /// <param name="onConnection">
    /// Gets each client: attach handlers here. <c>request.HttpContext</c>, and with it the request's services, is there until this has
    /// returned: what the handlers need of it is to be taken out here, and services that they need are to come from a scope of your own.
    /// </param>
    /// <param name="options">Limits, Origin policy, subprotocols and the like.</param>
    public static WebSocketEndpoint MapWebSockets(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Action<ServerWebSocket, WebSocketRequest> onConnection,
        ServerWebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(onConnection);
        return Map(endpoints, pattern, options, (socket, request) =>
        {
            onConnection(socket, request);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>As the other overload, for an asynchronous handler, such as a loop over <see cref="WebSocketConnection.Messages"/>.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="onConnection">
    /// Gets each client. What it throws ends that connection with 1011. <c>request.HttpContext</c>, and with it the request's services, is
    /// there until its task is complete, so end it when the connection does.
    /// </param>
    /// <param name="options">Limits, Origin policy, subprotocols and the like.</param>
    public static WebSocketEndpoint MapWebSockets(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Func<ServerWebSocket, WebSocketRequest, Task> onConnection,
        ServerWebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(onConnection);
        return Map(endpoints, pattern, options, (socket, request) => new ValueTask(onConnection(socket, request)));
    }

    private static WebSocketEndpoint Map(
        IEndpointRouteBuilder endpoints, string pattern, ServerWebSocketOptions? options, Func<ServerWebSocket, WebSocketRequest, ValueTask> onConnection)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var services = endpoints.ServiceProvider;
        var host = new UpgradeHost(options ?? new ServerWebSocketOptions(), services.GetRequiredService<ILoggerFactory>().CreateLogger<WebSocketEndpoint>());

        // The host waits for requests to end, and a WebSocket inside Kestrel is one: each is told to, and cuts itself at the close
        // timeout. Who has left Kestrel is waited for by the hosts' own service.
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => _ = host.StopAsync());
        services.GetService<UpgradeHosts>()?.Add(host);
        var convention = endpoints.Map(pattern, new UpgradeRequestHandler(host, onConnection).HandleAsync)
            .WithDisplayName($"WebSocket {pattern}")
            .WithMetadata(new WebSocketEndpointMark());
        return new WebSocketEndpoint(convention, host.Clients);
    }
}
