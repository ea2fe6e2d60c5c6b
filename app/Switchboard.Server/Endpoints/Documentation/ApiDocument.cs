using System.Reflection;
using Microsoft.OpenApi;

namespace Switchboard.Server.Endpoints.Documentation;

/// <summary>The OpenAPI document, <c>/openapi/v1.json</c>.</summary>
internal static class ApiDocument
{
    internal static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", static options =>
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Switchboard rooms",
                Version = typeof(ApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
                Description = "Rooms over HTTP. The same rooms are there over WebSockets, at /rooms/{room} and /rooms: see docs/rooms-protocol.md.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["token"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                    Description = "Where keys are configured. Without them nobody needs one.",
                },
            };

            // With it or without: RFC 6750 names no way to say that it depends on the server.
            document.Security = [[], new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
            return Task.CompletedTask;
        }));

    internal static void MapApiDocument(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json");

    internal static void Described(this RouteHandlerBuilder endpoint, ApiOperation operation) => endpoint.AddOpenApiOperationTransformer((described, _, _) =>
    {
        operation.Describe(described);
        return Task.CompletedTask;
    });
}
