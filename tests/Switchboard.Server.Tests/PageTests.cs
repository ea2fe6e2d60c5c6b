using System.Text.Json;

namespace Switchboard.Server.Tests;

public sealed class PageTests(SharedServer server)
{
    [Theory]
    [InlineData("")]
    [InlineData("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n")] // curl --http2, Java's HttpClient
    public async Task A_visit_gets_the_page_with_headers_that_keep_others_messages_text(string headers)
    {
        var page = await AskAsync($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");

        Assert.Equal(200, page.Status);
        Assert.StartsWith("text/html", page.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains("<title>", page.Body, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'self';", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.Null(page.Header("Server"));
    }

    [Fact]
    public async Task HEAD_gets_the_page_s_headers_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using var answer = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/app.js", "text/javascript")]
    [InlineData("/app.css", "text/css")]
    [InlineData("/page/Line.js", "text/javascript")]
    [InlineData("/favicon.svg", "image/svg+xml")]
    public async Task What_the_page_needs_is_there(string path, string type)
    {
        using var answer = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Health_is_told()
    {
        using var answer = await server.Http.GetAsync("/healthz", TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("Healthy", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET /nothing HTTP/1.1", 404)]
    [InlineData("GET /rooms/a/b/c HTTP/1.1", 404)]
    [InlineData("GET /../../etc/passwd HTTP/1.1", 404)]
    [InlineData("GET /%2e%2e/appsettings.json HTTP/1.1", 404)]
    [InlineData("GET /appsettings.json HTTP/1.1", 404)]
    [InlineData("DELETE / HTTP/1.1", 405)]
    [InlineData("GET /echo HTTP/1.1", 426)]
    [InlineData("GET /rooms/lobby HTTP/1.1", 426)]
    [InlineData("PUT /rooms/lobby/messages HTTP/1.1", 405)]
    [InlineData("PUT /rooms HTTP/1.1", 405)]
    public async Task What_is_not_there_is_answered_with_problem_details(string line, int status)
    {
        var answer = await AskAsync($"{line}\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n");

        Assert.Equal(status, answer.Status);
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal(status, JsonElement.Parse(answer.Body).GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("evil.example", 400)]
    [InlineData("evil.example:3000", 400)]
    [InlineData("127.0.0.1.evil.example", 400)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:3000", 200)]
    [InlineData("[::1]:3000", 200)]
    public async Task A_name_that_was_made_to_point_here_reaches_nothing(string host, int status)
    {
        // DNS rebinding: the page of evil.example asks evil.example, which now resolves to this machine.
        Assert.Equal(status, (await AskAsync($"GET /rooms HTTP/1.1\r\nHost: {host}\r\n\r\n")).Status);
        Assert.Equal(
            status == 200 ? 101 : 400,
            (await AskAsync($"GET /echo HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{RawClient.UpgradeHeaders}\r\n")).Status);
    }

    private Task<Answer> AskAsync(string request) => RawClient.AskAsync(server.Port, request);
}
