using Switchboard.Tests.Support;

namespace Switchboard.Tests.Hostile;

/// <summary>CVE-2026-1527: whoever can put a line break into a head writes headers of their own. So nobody can, by whatever our API takes.</summary>
public sealed class InjectionTests
{
    private const string Evil = "Evil: yes";

    public static TheoryData<string> Breaks => ["\r\n", "\r", "\n", "\0", "\u000b", "\u007f"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public void CVE_2026_1527_not_by_a_header_of_the_client(string evil)
    {
        IsRefused(new WebSocketClientOptions { Headers = new Dictionary<string, string> { ["X"] = $"a{evil}{Evil}" } });
        IsRefused(new WebSocketClientOptions { Headers = new Dictionary<string, string> { [$"X{evil}{Evil}"] = "a" } });
        IsRefused(new WebSocketClientOptions { Headers = new Dictionary<string, string> { ["Good"] = "a", [$"X: a{evil}Evil"] = "yes" } });
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public void CVE_2026_1527_not_by_a_subprotocol(string evil)
    {
        Assert.Throws<SyntaxErrorException>(() => new WebSocket("ws://localhost:1/", $"a{evil}{Evil}"));
        Assert.Throws<ArgumentException>(() => new WebSocketServer(new WebSocketServerOptions { Subprotocols = [$"a{evil}{Evil}"] }));
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task CVE_2026_1527_not_by_a_url(string evil)
    {
        foreach (var url in new[] { $"/a{evil}{Evil}", $"/?a{evil}{Evil}", $"/a HTTP/1.1{evil}{Evil}{evil}X: ", evil + Evil })
        {
            await using var hostile = new HostileServer(answer: null);
            string head;
            try
            {
                var client = new WebSocket($"ws://localhost:{hostile.Port}{url}", new WebSocketClientOptions { Transport = hostile.Network });
                head = await (await hostile.Peer).Head.InTime();
                client.Abort();
                await client.Closed.InTime();
            }
            catch (SyntaxErrorException)
            {
                // Such a port is none.
                continue;
            }

            // It is escaped, or left out.
            Assert.DoesNotContain(head.Split("\r\n"), line => line.StartsWith("Evil", StringComparison.Ordinal));
            Assert.DoesNotContain(head.Replace("\r\n", "", StringComparison.Ordinal), char.IsControl);
            Assert.Matches(@"^GET /\S* HTTP/1\.1\r\n", head);
        }
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public void CVE_2026_1527_not_by_the_host_of_a_url(string evil) =>
        Assert.Throws<SyntaxErrorException>(() => new WebSocket($"ws://local{evil}{Evil}host/"));

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task CVE_2026_1527_not_by_the_decision_of_a_hook(string evil)
    {
        foreach (var decision in new[] { HandshakeDecision.AcceptWith($"a{evil}{Evil}"), HandshakeDecision.Refuse(403, $"a{evil}{Evil}{evil}{evil}") })
        {
            await using var test = TestServer.Start(options: new WebSocketServerOptions { OnHandshake = (_, _) => new(decision) });
            var peer = await test.ConnectAsync();

            peer.Send(RawPeer.Request(headers: "Sec-WebSocket-Protocol: a, b\r\n"));

            // A refusal's sentence is the body, in which a line break is one.
            var head = await peer.Head.InTime();
            Assert.DoesNotContain("Evil", head, StringComparison.Ordinal);
            Assert.DoesNotContain("101", head, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task CVE_2026_1527_a_close_reason_is_told_as_it_came_and_breaks_no_line_of_the_log(string evil)
    {
        var ending = new Ending();
        await using var test = TestServer.Start(ending.Watch);
        var peer = await test.OpenAsync();

        peer.Send(Frame.Close(4000, $"bye{evil}fail: everything"));

        Assert.Equal(((CloseCode)4000, $"bye{evil}fail: everything"), await ending.First);
        await peer.Closed.InTime();
        await test.Server.StopAsync(TestContext.Current.CancellationToken).InTime();
        Assert.DoesNotContain(test.Log.Texts, text => text.Contains("bye", StringComparison.Ordinal) || text.Any(char.IsControl));
    }

    private static void IsRefused(WebSocketClientOptions options) =>
        Assert.Throws<ArgumentException>(() => new WebSocket("ws://localhost/", options));
}
