using System.Globalization;
using Microsoft.OpenApi;

namespace Switchboard.Server.Endpoints.Documentation;

/// <summary>What the OpenAPI document says of one endpoint: written by hand, for the endpoints read their requests themselves.</summary>
internal sealed record ApiOperation(string Id, string Summary)
{
    internal string? Description { get; init; }

    internal OpenApiParameter[] Parameters { get; init; } = [];

    internal Dictionary<string, OpenApiMediaType>? Body { get; init; }

    /// <summary>The answer that is none of <see cref="Problems"/>.</summary>
    internal required (int Status, OpenApiResponse Answer) Success { get; init; }

    /// <summary>The statuses of refusals, and what they are for.</summary>
    internal (int Status, string Meaning)[] Problems { get; init; } = [];

    internal void Describe(OpenApiOperation operation)
    {
        operation.OperationId = Id;
        operation.Summary = Summary;
        operation.Description = Description;
        operation.Parameters = [.. Parameters];
        operation.RequestBody = Body is null ? null : new OpenApiRequestBody { Content = Content(Body), Required = true };
        operation.Responses = new OpenApiResponses { [Text(Success.Status)] = Success.Answer };
        foreach (var (status, meaning) in Problems)
        {
            operation.Responses.Add(Text(status), new OpenApiResponse
            {
                Description = meaning,
                Content = Content(new() { ["application/problem+json"] = new() { Schema = ApiSchemas.Problem } }),
                Headers = HeadersOf(status),
            });
        }
    }

    internal static OpenApiResponse Answer(string description, string type, OpenApiSchema schema) =>
        new() { Description = description, Content = Content(new() { [type] = new() { Schema = schema } }) };

    internal static OpenApiResponse Page(string description, OpenApiSchema schema)
    {
        var answer = Answer(description, "application/json", schema);
        answer.Headers = Headers("Link", "The pages beside this one (RFC 8288).");
        return answer;
    }

    internal static OpenApiParameter InQuery(string name, OpenApiSchema schema, string description) =>
        new() { Name = name, In = ParameterLocation.Query, Schema = schema, Description = description };

    internal static OpenApiParameter InHeader(string name, OpenApiSchema schema, string description) =>
        new() { Name = name, In = ParameterLocation.Header, Schema = schema, Description = description };

    private static Dictionary<string, IOpenApiHeader>? HeadersOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Headers("WWW-Authenticate", "What is asked for (RFC 6750 §3)."),
        StatusCodes.Status409Conflict or StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable =>
            Headers("Retry-After", "After how many seconds the same may succeed."),
        _ => null,
    };

    private static Dictionary<string, IOpenApiHeader> Headers(string name, string description) =>
        new() { [name] = new OpenApiHeader { Description = description, Schema = ApiSchemas.Text } };

    private static Dictionary<string, OpenApiMediaType> Content(Dictionary<string, OpenApiMediaType> content) => content;

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
