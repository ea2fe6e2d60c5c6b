using Switchboard.Tests.Support;
using Switchboard.Transports.Sockets;

namespace Switchboard.Tests.Hostile;

/// <summary>Answers that no honest server gives, to our client over TCP: the connection fails with a sentence, and the process lives.</summary>
public sealed class HostileAnswerTests
{
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n";

    [Fact]
    public async Task CVE_2024_37890_2000_headers_fail_the_client() =>
        await FailsAsync(Accepted + string.Concat(Enumerable.Range(0, 2000).Select(i => $"X{i}: a\r\n")) + "\r\n");

    [Fact]
    public async Task CVE_2023_43669_20_MB_of_head_fail_the_client_at_the_limit() =>
        await FailsAsync(Accepted + "X: " + new string('a', 20_000_000));

    [Theory]
    [InlineData("constructor")]
    [InlineData("__proto__")]
    [InlineData("permessage-deflate; constructor")]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover; unknown")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; server_no_context_takeover; a=\"b c\"")]
    [InlineData("permessage-deflate; server_no_context_takeover, permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; a=\"")]
    public async Task Ws_3_3_1_an_answer_with_strange_parameters_fails_the_client(string extensions) =>
        await FailsAsync($"{Accepted}Sec-WebSocket-Extensions: {extensions}\r\n\r\n");

    [Theory]
    [InlineData("server_max_window_bits=7")]
    [InlineData("server_max_window_bits=16")]
    [InlineData("server_max_window_bits")]
    [InlineData("server_max_window_bits=")]
    [InlineData("server_max_window_bits=08")]
    [InlineData("server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("client_max_window_bits=7")]
    [InlineData("client_max_window_bits=16")]
    [InlineData("client_max_window_bits")]
    [InlineData("client_max_window_bits=08")]
    public async Task CVE_2026_2229_a_window_out_of_range_fails_the_client(string parameter) =>
        await FailsAsync($"{Accepted}Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; {parameter}\r\n\r\n");

    [Theory]
    [InlineData("m\u00efne")]
    [InlineData("\u0080")]
    [InlineData("mine, other")]
    [InlineData("")]
    public async Task Granian_advisory_a_subprotocol_that_was_not_offered_fails_the_client(string subprotocol) =>
        await FailsAsync($"{Accepted}Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n", "mine");

    [Theory]
    [InlineData("HTTP/1.1 404 Not\u001b[2J Found\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not\0Found\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not\rFound\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not\u0085Found\r\n\r\n")]
    [InlineData(Accepted + "Sec-WebSocket-Protocol: a\u009bb\r\n\r\n")]
    [InlineData(Accepted + "Sec-WebSocket-Extensions: a\u0085\r\n\r\n")]
    [InlineData(Accepted + "X: a\rb\r\n\r\n")]
    [InlineData(Accepted + "X: a\0b\r\n\r\n")]
    public async Task CVE_2026_1527_what_the_server_says_puts_no_control_character_into_the_error(string answer) =>
        Assert.DoesNotContain(await FailsAsync(answer), char.IsControl);

    private static async Task<string> FailsAsync(string answer, params string[] protocols)
    {
        var log = new CapturedLog();
        await using var hostile = new HostileServer(answer, network: SocketTransportFactory.Instance);
        var client = new WebSocket(
            $"ws://127.0.0.1:{hostile.Port}/", new WebSocketClientOptions { Protocols = protocols, Logger = log, Memory = new MemoryBudget() });
        var error = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.OnError += failure => error.TrySetResult(failure.Message);
        client.OnOpen += () => error.TrySetResult("It is open.");

        await client.Closed.InTime();

        Assert.Equal((CloseCode.AbnormalClosure, false), (client.CloseCode, client.WasClean));
        Assert.NotEmpty(client.Failure!.Message);
        Assert.NotEqual("It is open.", await error.Task.InTime());
        return client.Failure!.Message;
    }
}
