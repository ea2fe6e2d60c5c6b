namespace Switchboard.Server.Tests.Http;

/// <summary>Pages from elsewhere (CORS): those that may connect may ask, others' browsers get nothing.</summary>
public sealed class CrossOriginTests : IAsyncLifetime
{
    private const string Friend = "https://chat.example";

    private InProcessServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await InProcessServer.StartAsync([$"--Switchboard:AllowedOrigins:0={Friend}"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("POST", "/rooms/lobby/messages", "content-type,idempotency-key,authorization")]
    [InlineData("GET", "/rooms/lobby/events", "last-event-id")]
    [InlineData("GET", "/rooms", "authorization")]
    public async Task A_friend_s_preflight_is_answered(string method, string target, string headers)
    {
        using var answer = await PreflightAsync(Friend, method, target, headers);

        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(Friend, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", answer.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        Assert.Contains(method, string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
        var allowed = string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Headers"));
        Assert.All(headers.Split(','), header => Assert.Contains(header, allowed, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_friend_reads_the_answer_and_its_links()
    {
        using var posted = await _server.PostAsync("/rooms/friend/messages", "hi", "text/plain", ("Origin", Friend));
        using var read = await _server.GetAsync("/rooms/friend/messages?limit=1", ("Origin", Friend));
        using var refused = await _server.GetAsync("/rooms/friend/messages?limit=x", ("Origin", Friend));
        using var stream = await _server.GetAsync("/rooms/friend/events", ("Origin", Friend));

        Assert.Equal((201, 200, 400, 200), ((int)posted.StatusCode, (int)read.StatusCode, (int)refused.StatusCode, (int)stream.StatusCode));
        foreach (var answer in (HttpResponseMessage[])[posted, read, refused, stream])
        {
            Assert.Equal(Friend, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Contains("Link", string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
            Assert.Contains("Origin", answer.Headers.Vary);
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://chat.example.evil")]
    [InlineData("http://chat.example")]
    [InlineData("https://chat.example:8443")]
    [InlineData("https://evilchat.example")]
    [InlineData("null")]
    public async Task A_stranger_gets_nothing(string origin)
    {
        using var preflight = await PreflightAsync(origin, "POST", "/rooms/lobby/messages", "content-type");
        using var posted = await _server.PostAsync("/rooms/lobby/messages", "hi", "text/plain", ("Origin", origin));
        using var list = await _server.GetAsync("/rooms", ("Origin", origin));
        using var read = await _server.GetAsync("/rooms/lobby/messages", ("Origin", origin));
        using var stream = await _server.GetAsync("/rooms/lobby/events", ("Origin", origin));

        Assert.All((HttpResponseMessage[])[preflight, posted, list, read, stream], answer =>
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)));
        foreach (var answer in (HttpResponseMessage[])[posted, list, read, stream])
        {
            await answer.RefusesAsync(403, "forbidden");
        }

        Assert.Equal(403, (await RawClient.KnockAsync(_server.Address.Port, "/rooms/lobby", $"Origin: {origin}\r\n")).Status);
    }

    [Fact]
    public async Task The_server_s_own_page_needs_no_leave()
    {
        using var answer = await _server.GetAsync("/rooms", ("Origin", $"http://{_server.Address.Authority}"));
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private Task<HttpResponseMessage> PreflightAsync(string origin, string method, string target, string headers) => _server.SendAsync(
        HttpMethod.Options, target, null, ("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers));
}
