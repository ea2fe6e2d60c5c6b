using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Switchboard.AspNetCore;

/// <summary>
/// One path for WebSockets and for something else, such as a GET that lists what there is to connect to: of the endpoints that fit a request, those for WebSockets get
/// who asks for one, and the others get everybody else.
/// </summary>
internal sealed class SamePathPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    // Behind that of HTTP methods, which is a table, and before endpoints are compared.
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsForWebSockets) && !endpoints.All(IsForWebSockets);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var isWanted = AsksForWebSocket(httpContext);
        var hasFitting = false;
        for (var i = 0; i < candidates.Count; i++)
        {
            hasFitting |= candidates.IsValidCandidate(i) && IsForWebSockets(candidates[i].Endpoint) == isWanted;
        }

        // Alone, an endpoint answers whoever comes: a WebSocket's with what is wrong.
        for (var i = 0; hasFitting && i < candidates.Count; i++)
        {
            candidates.SetValidity(i, candidates.IsValidCandidate(i) && IsForWebSockets(candidates[i].Endpoint) == isWanted);
        }

        return Task.CompletedTask;
    }

    // RFC 6455 §4.1, and RFC 8441 §4 over HTTP/2.
    private static bool AsksForWebSocket(HttpContext context) =>
        context.Request.Headers.Upgrade.Any(static upgrade => upgrade?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    private static bool IsForWebSockets(Endpoint endpoint) => endpoint.Metadata.GetMetadata<WebSocketEndpointMark>() is not null;
}

/// <summary>Marks an endpoint of <c>MapWebSockets</c>.</summary>
internal sealed class WebSocketEndpointMark;
