using Microsoft.AspNetCore.Builder;

namespace Switchboard.AspNetCore;

/// <summary>A path with WebSockets: takes conventions such as <c>RequireAuthorization()</c>, and knows its clients.</summary>
public sealed class WebSocketEndpoint : IEndpointConventionBuilder
{
    private readonly IEndpointConventionBuilder _conventions;

    internal WebSocketEndpoint(IEndpointConventionBuilder conventions, ClientCollection clients)
    {
        _conventions = conventions;
        Clients = clients;
    }

    /// <summary>The clients that are connected at this path now, to broadcast to.</summary>
    public ClientCollection Clients { get; }

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention) => _conventions.Add(convention);

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention) => _conventions.Finally(finallyConvention);
}
