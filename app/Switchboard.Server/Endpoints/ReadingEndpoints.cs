using Switchboard.Server.Endpoints.Documentation;

namespace Switchboard.Server.Endpoints;

/// <summary>What goes without saying at a path: HEAD where there is GET, and OPTIONS. The OpenAPI document does not say it either.</summary>
internal static class ReadingEndpoints
{
    /// <summary>Maps GET, and HEAD, which is answered as it is but for the body: the HTTP server leaves that out (RFC 9110 §9.3.2).</summary>
    internal static void MapReading(this WebApplication app, string pattern, Delegate handler, ApiOperation operation)
    {
        app.MapGet(pattern, handler).Described(operation);
        app.MapMethods(pattern, [HttpMethods.Head], handler).ExcludeFromDescription();
    }

    /// <summary>Tells what there is at a path (RFC 9110 §9.3.7), to everybody, as a preflight does.</summary>
    /// <param name="app">The application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="methods">The methods that are mapped to it besides.</param>
    internal static void MapOptions(this WebApplication app, string pattern, params string[] methods)
    {
        var allowed = string.Join(", ", [.. methods, HttpMethods.Options]);
        app.MapMethods(pattern, [HttpMethods.Options], (HttpResponse response) =>
        {
            response.Headers.Allow = allowed;
            return Results.NoContent();
        }).ExcludeFromDescription();
    }
}
