using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.Server.Tests.Http;

/// <summary>The OpenAPI document says what the server does: each route and each status of it.</summary>
public sealed class ApiDocumentTests : IAsyncLifetime
{
    private InProcessServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InProcessServer.StartAsync(
        ["--Switchboard:Rooms:Patterns:0:Name=slow", "--Switchboard:Rooms:Patterns:0:Rate:PerSecond=1", "--Switchboard:Rooms:Patterns:0:Rate:Burst=1",
         "--Switchboard:Rooms:Patterns:1:Name=one", "--Switchboard:Rooms:Patterns:1:MaxMembers=1",
         "--Switchboard:Rooms:Patterns:2:Name=closed", "--Switchboard:Rooms:Patterns:2:Readers:0=root", "--Switchboard:Rooms:Patterns:2:Writers:0=root",
         .. InProcessServer.Secret]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_route_over_HTTP_is_described()
    {
        var document = await _server.JsonAsync("/openapi/v1.json");
        var described = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));

        // WebSockets, which OpenAPI has no words for, the document itself, and what goes without saying (HEAD and OPTIONS) are left out.
        var routes = _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText}") ?? [])
            .Where(route => route.Contains("/rooms", StringComparison.Ordinal) || route.EndsWith('z'));
        Assert.Equal(routes.Where(route => !IsLeftOut(route)).Distinct().Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));

        static bool IsLeftOut(string route) => route.StartsWith("HEAD ", StringComparison.Ordinal) || route.StartsWith("OPTIONS ", StringComparison.Ordinal) || route is "GET /rooms/{room}" or "CONNECT /rooms/{room}" or "CONNECT /rooms";
    }

    [Theory]
    [InlineData("GET", "/rooms", "/rooms", 200)]
    [InlineData("GET", "/rooms", "/rooms?limit=x", 400)]
    [InlineData("GET", "/rooms/{room}/members", "/rooms/a/members", 200)]
    [InlineData("GET", "/rooms/{room}/members", "/rooms/closed/members", 403)]
    [InlineData("GET", "/rooms/{room}/messages", "/rooms/a/messages", 200)]
    [InlineData("GET", "/rooms/{room}/messages", "/rooms/a/messages?after=1&before=2", 400)]
    [InlineData("GET", "/rooms/{room}/messages", "/rooms/closed/messages", 403)]
    [InlineData("POST", "/rooms/{room}/messages", "/rooms/a/messages", 201)]
    [InlineData("POST", "/rooms/{room}/messages", "/rooms/a/messages?key=", 400)]
    [InlineData("POST", "/rooms/{room}/messages", "/rooms/closed/messages", 403)]
    [InlineData("POST", "/rooms/{room}/messages", "/rooms/slow/messages", 429)]
    [InlineData("POST", "/rooms/{room}/messages", "/rooms/long/messages", 413)]
    [InlineData("GET", "/rooms/{room}/events", "/rooms/a/events", 200)]
    [InlineData("GET", "/rooms/{room}/events", "/rooms/a/events?since=x", 400)]
    [InlineData("GET", "/rooms/{room}/events", "/rooms/one/events", 409)]
    [InlineData("GET", "/healthz", "/healthz", 200)]
    [InlineData("GET", "/readyz", "/readyz", 200)]
    public async Task Every_status_is_described_with_its_content_type(string method, string path, string target, int status)
    {
        var token = ("Authorization", $"Bearer {InProcessServer.Token("u-1", """{"*":["read","write"]}""")}");
        var operation = (await _server.JsonAsync("/openapi/v1.json")).GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant());
        using var listener = status == 409 ? await _server.ListenAsync(target, token) : null;
        if (status == 429)
        {
            await (await AskAsync()).SequenceAsync();
        }

        using var answer = await AskAsync();
        Assert.Equal(status, (int)answer.StatusCode);
        AssertDescribed(answer);
        if (path.StartsWith("/rooms", StringComparison.Ordinal))
        {
            using var nobody = await _server.SendAsync(new HttpMethod(method), target, method == "POST" ? new StringContent("x") : null);
            Assert.Equal(401, (int)nobody.StatusCode);
            AssertDescribed(nobody);
        }

        Task<HttpResponseMessage> AskAsync() => _server.SendAsync(
            new HttpMethod(method), target, method == "POST" ? new StringContent(new string('x', status == 413 ? 70_000 : 1)) : null, token);

        void AssertDescribed(HttpResponseMessage given) => Assert.True(
            operation.GetProperty("responses").GetProperty($"{(int)given.StatusCode}").GetProperty("content").TryGetProperty(given.Content.Headers.ContentType!.MediaType!, out _));
    }

    [Fact]
    public async Task Parameters_and_bodies_are_described()
    {
        var paths = (await _server.JsonAsync("/openapi/v1.json")).GetProperty("paths");

        Assert.Equal("after as limit", ParametersOf("/rooms", "get"));
        Assert.Equal("as limit room", ParametersOf("/rooms/{room}/members", "get"));
        Assert.Equal("after as before limit room", ParametersOf("/rooms/{room}/messages", "get"));
        Assert.Equal("Idempotency-Key as key room", ParametersOf("/rooms/{room}/messages", "post"));
        Assert.Equal("Last-Event-ID as epoch last room since", ParametersOf("/rooms/{room}/events", "get"));
        var body = paths.GetProperty("/rooms/{room}/messages").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.Equal(["application/json", "application/octet-stream", "text/plain"], body.EnumerateObject().Select(type => type.Name).Order(StringComparer.Ordinal));

        string ParametersOf(string path, string method) => string.Join(
            ' ', paths.GetProperty(path).GetProperty(method).GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_page_of_messages_is_as_its_schema_says()
    {
        var token = ("Authorization", $"Bearer {InProcessServer.Token("u-1", """{"*":["read","write"]}""")}");
        await (await _server.PostAsync("/rooms/schema/messages?key=k", "x", "text/plain", token, ("Idempotency-Key", "m"))).SequenceAsync();
        var schema = (await _server.JsonAsync("/openapi/v1.json")).GetProperty("paths").GetProperty("/rooms/{room}/messages").GetProperty("get")
            .GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        AssertFits(schema, await _server.JsonAsync("/rooms/schema/messages", token));
    }

    private static void AssertFits(JsonElement schema, JsonElement value)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                Assert.All(value.EnumerateArray(), item => AssertFits(schema.GetProperty("items"), item));
            }

            return;
        }

        Assert.All(schema.GetProperty("required").EnumerateArray(), field => Assert.True(value.TryGetProperty(field.GetString()!, out _)));
        foreach (var field in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(field.Name, out var inner), field.Name);
            AssertFits(inner, field.Value);
        }
    }
}
