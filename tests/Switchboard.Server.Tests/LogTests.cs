namespace Switchboard.Server.Tests;

/// <summary>The log goes to the standard error stream, and holds nothing that is a visitor's: no query, no body, no forged line.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Holds_no_query_no_body_no_token_and_no_line_that_a_visitor_wrote()
    {
        await using var server = await ServerProcess.StartAsync();
        using (var client = await Browserlike.ConnectAsync(
            server.WebSocket("/rooms/lobby?as=marker-name&token=marker-token"),
            options => options.SetRequestHeader("Authorization", "Bearer marker-bearer")))
        {
            await client.SayAsync("marker-message");
            Assert.Equal("marker-message", await client.HearAsync());

            // A reason that would be a line of its own.
            await client.CloseAsync((System.Net.WebSockets.WebSocketCloseStatus)4000, "x\nmarker-reason: [0]", TestContext.Current.CancellationToken).Soon();
        }

        foreach (var target in (string[])
            ["/rooms/a%0Amarker-room?token=marker-token", "/rooms/lobby?last=marker-last", "/rooms/lobby?as=a%0Amarker-as", "/nothing/marker-path?token=marker-token"])
        {
            Assert.InRange((await RawClient.KnockAsync(server.Port, target)).Status, 400, 404);
            Assert.InRange((await RawClient.AskAsync(server.Port, $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).Status, 400, 426);
        }

        foreach (var request in (string[])
            [
                "POST /rooms/lobby/messages?token=marker-token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 11\r\n\r\nmarker-body",
                "POST /rooms/lobby/messages?token=marker-token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\nmarker-body",
                "POST /rooms/lobby/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nmarker-chunk\r\n",
                "POST /rooms/lobby/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nmarker-chunk",
                "GET /rooms/lobby/events?token=marker-token HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: marker-id\r\n\r\n",
                "GET /rooms/lobby HTTP/1.1\r\nHost: marker-host.example\r\nOrigin: http://marker-origin.example\r\n\r\n",
            ])
        {
            Assert.InRange((await RawClient.AskAsync(server.Port, request)).Status, 201, 426);
        }

        // A frame that breaks the protocol, with a marker in its payload; it is not masked.
        using (var breaker = await RawClient.OpenAsync(server.Port, "/echo?token=marker-token"))
        {
            await breaker.SendAsync("\x81\x0Cmarker-frame");
            Assert.Equal(1002, (await breaker.ReadFrameAsync()).CloseCode);
        }

        server.Terminate();
        Assert.Equal(0, await server.EndAsync());
        Assert.NotEmpty(server.Log);
        Assert.DoesNotContain(server.Log.Concat(server.Output), line => line.Contains("marker", StringComparison.Ordinal));

        // Nor was anything thrown that nobody expected.
        Assert.DoesNotContain(server.Log, line => line.StartsWith("fail:", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal));
    }
}
