using System.Text.RegularExpressions;

namespace Switchboard.Server.Tests.Http;

/// <summary>Methods besides GET and POST (RFC 9110 §9.3), versions besides HTTP/1.1, and the form of times.</summary>
public sealed partial class MethodTests : IAsyncLifetime
{
    private InProcessServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InProcessServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/rooms", 200, "application/json")]
    [InlineData("/rooms/lobby/messages?limit=1", 200, "application/json")]
    [InlineData("/rooms/lobby/members", 200, "application/json")]
    [InlineData("/rooms/lobby/events?since=0", 200, "text/event-stream")]
    [InlineData("/healthz", 200, "text/plain")]
    [InlineData("/readyz", 200, "text/plain")]
    [InlineData("/", 200, "text/html")]
    [InlineData("/rooms?limit=x", 400, "application/problem+json")]
    [InlineData("/rooms/lobby/events?since=x", 400, "application/problem+json")]
    [InlineData("/rooms/a%2Fb/messages", 400, "application/problem+json")]
    [InlineData("/rooms/lobby", 405, "application/problem+json")]
    public async Task HEAD_is_answered_as_GET_is_without_the_body(string target, int status, string type)
    {
        await (await _server.PostAsync("/rooms/lobby/messages", "1")).SequenceAsync();
        await (await _server.PostAsync("/rooms/lobby/messages", "2")).SequenceAsync();

        // What follows on the same connection would be spoilt by a body.
        using var client = await RawClient.ConnectAsync(_server.Address.Port);
        await client.SendAsync($"HEAD {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var (answered, headers) = await client.ReadHeadAsync();
        Assert.Equal((status, type), (answered, headers["Content-Type"].Split(';')[0]));
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        if (target.Contains("messages?", StringComparison.Ordinal))
        {
            Assert.Equal("</rooms/lobby/messages?before=2&limit=1>; rel=\"prev\"", headers["Link"]);
        }

        await client.SendAsync("GET /rooms/lobby/members HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var members = await client.ReadAnswerAsync();
        Assert.Equal((200, """{"room":"lobby","count":0,"members":[]}"""), (members.Status, members.Body));
    }

    [Theory]
    [InlineData("/rooms", "GET, HEAD, OPTIONS")]
    [InlineData("/rooms/lobby", "GET, OPTIONS")]
    [InlineData("/rooms/lobby/messages", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/rooms/lobby/members", "GET, HEAD, OPTIONS")]
    [InlineData("/rooms/lobby/events", "GET, HEAD, OPTIONS")]
    public async Task OPTIONS_tells_what_there_is_and_another_method_is_405(string target, string allowed)
    {
        using var options = await _server.SendAsync(HttpMethod.Options, target);
        Assert.Equal((204, allowed), ((int)options.StatusCode, string.Join(", ", options.Content.Headers.Allow)));

        using var deleted = await _server.SendAsync(HttpMethod.Delete, target);
        Assert.Equal((405, "application/problem+json"), ((int)deleted.StatusCode, deleted.Content.Headers.ContentType?.MediaType));
        Assert.NotEmpty(deleted.Content.Headers.Allow);
        Assert.All(deleted.Content.Headers.Allow, method => Assert.Contains(method, allowed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task HEAD_is_asked_for_a_token_too()
    {
        await using var server = await InProcessServer.StartAsync(InProcessServer.Secret);
        foreach (var target in (string[])["/rooms", "/rooms/lobby/messages", "/rooms/lobby/members", "/rooms/lobby/events"])
        {
            using var nobody = await server.SendAsync(HttpMethod.Head, target);
            using var stranger = await server.SendAsync(HttpMethod.Head, target, null, ("Origin", "https://evil.example"));
            using var open = await server.SendAsync(HttpMethod.Options, target);
            Assert.Equal((401, 403, 204), ((int)nobody.StatusCode, (int)stranger.StatusCode, (int)open.StatusCode));
        }
    }

    [Fact]
    public async Task Times_have_one_form_in_all_answers_and_frames()
    {
        using var posted = await _server.PostAsync("/rooms/times/messages", "1");
        var at = (await posted.JsonAsync()).GetProperty("at").GetString()!;
        using var ada = await _server.ListenAsync("/rooms/times/events?last=1");
        await ada.HearAsync("joined");

        Assert.Matches(Time(), at);
        Assert.Equal(at, (await _server.JsonAsync("/rooms/times/messages")).GetProperty("messages")[0].GetProperty("at").GetString());
        Assert.Equal(at, (await ada.HearAsync("message")).GetProperty("at").GetString());
        Assert.Matches(Time(), (await _server.JsonAsync("/rooms/times/members")).GetProperty("members")[0].GetProperty("joined").GetString());
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex Time();
}
