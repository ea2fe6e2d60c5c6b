using Microsoft.OpenApi;

namespace Switchboard.Server.Endpoints.Documentation;

/// <summary>What goes over HTTP, as JSON Schema.</summary>
internal static class ApiSchemas
{
    internal static OpenApiSchema Text => new() { Type = JsonSchemaType.String };

    internal static OpenApiSchema Flag => new() { Type = JsonSchemaType.Boolean };

    internal static OpenApiSchema Time => new() { Type = JsonSchemaType.String, Format = "date-time" };

    internal static OpenApiSchema Uuid => new() { Type = JsonSchemaType.String, Format = "uuid" };

    internal static OpenApiSchema Count => new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" };

    internal static OpenApiSchema Bytes => new() { Type = JsonSchemaType.String, Format = "binary" };

    internal static OpenApiSchema AnyJson => new() { Description = "Any JSON value; bytes are {\"base64\": \"…\"}." };

    internal static OpenApiSchema Name => new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 };

    internal static OpenApiSchema Message => Object(
        ("seq", Count), ("from?", Text), ("at", Time), ("id?", Name), ("key?", Name), ("data", AnyJson));

    internal static OpenApiSchema Problem => Object(
        ("type?", Text), ("title?", Text), ("status", Count), ("detail?", Text), ("code?", Text), ("retryAfter?", new() { Type = JsonSchemaType.Number }));

    internal static OpenApiSchema ListOf(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    /// <param name="fields">Those whose name ends with a question mark may be left out.</param>
    internal static OpenApiSchema Object(params (string Name, OpenApiSchema Schema)[] fields) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = fields.ToDictionary(static field => field.Name.TrimEnd('?'), static IOpenApiSchema (field) => field.Schema),
        Required = fields.Where(static field => !field.Name.EndsWith('?')).Select(static field => field.Name).ToHashSet(),
    };
}
