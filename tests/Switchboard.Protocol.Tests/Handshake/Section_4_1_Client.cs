using System.Buffers;
using System.Text;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Handshake;

/// <summary>§4.1: the request that a client writes, and its rules for the answer.</summary>
public class Section_4_1_Client
{
    [Fact]
    public void Writes_the_request_that_the_RFC_asks_for()
    {
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteRequest(output, "/chat", "server.example.com", Heads.Key, ["chat", "superchat"], null, [new("Origin", "http://example.com")]);

        Assert.Equal(
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Key: {Heads.Key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, superchat\r\n" +
            "Origin: http://example.com\r\n\r\n",
            Encoding.Latin1.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Without_subprotocols_the_header_is_left_out()
    {
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteRequest(output, "/", "example.com", Heads.Key, [], null, []);

        Assert.DoesNotContain("Sec-WebSocket-Protocol", Encoding.Latin1.GetString(output.WrittenSpan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("caf\u00E9")]
    [InlineData("\u20AC")]
    [InlineData("chat|chat")]
    public void Item_10_subprotocols_are_unique_tokens(string subprotocols) =>
        Assert.Throws<ArgumentException>(() =>
            HeadWriter.WriteRequest(new ArrayBufferWriter<byte>(), "/", "example.com", Heads.Key, subprotocols.Split('|'), null, []));

    [Fact]
    public void Takes_the_answer_of_the_RFC()
    {
        Assert.Null(Judge(Heads.Response, ["chat", "superchat"], out var subprotocol));
        Assert.Equal("chat", subprotocol);
    }

    [Theory]
    [InlineData("HTTP/1.1 101")]
    [InlineData("HTTP/1.1 101 ")]
    [InlineData("HTTP/1.1 101 Whatever you say")]
    public void The_phrase_behind_the_status_says_nothing(string line) =>
        Assert.Null(Judge(Heads.Response.With("HTTP/1.1", line), ["chat"], out _));

    [Theory]
    [InlineData("HTTP/1.1 200 OK", "200 OK")]
    [InlineData("HTTP/1.1 301 Moved Permanently", "301")]
    [InlineData("HTTP/1.1 401 Unauthorized", "401")]
    [InlineData("HTTP/1.1 426 Upgrade Required", "426")]
    [InlineData("HTTP/1.1 503", "503")]
    [InlineData("HTTP/1.1 100 Continue", "100")]
    public void Item_1_any_status_but_101_fails_and_is_named(string line, string expected) =>
        Assert.Contains(expected, Judge(Heads.Response.With("HTTP/1.1", line), ["chat"], out _), StringComparison.Ordinal);

    [Theory]
    [InlineData("HTTP/1.0 101 Switching Protocols")]
    [InlineData("HTTP/2 101 Switching Protocols")]
    [InlineData("http/1.1 101 Switching Protocols")]
    [InlineData("HTTP/1.1 1O1 Switching Protocols")]
    [InlineData("HTTP/1.1 1010 Switching Protocols")]
    [InlineData("HTTP/1.1  101 Switching Protocols")]
    [InlineData("HTTP/1.1 10 Switching Protocols")]
    [InlineData("HTTP/1.1 101\tSwitching")]
    [InlineData("HTTP/1.1 101 a\rb")]
    [InlineData("HTTP/1.1 101 a\0b")]
    [InlineData("HTTP/1.1 404 \u001B[2J")]  // a phrase is shown and logged: it must not drive a terminal
    [InlineData("HTTP/1.1 404 a\u007F")]
    [InlineData("HTTP/1.1")]
    [InlineData("SSH-2.0-OpenSSH_9.9")]
    [InlineData("")]
    public void A_status_line_of_another_form_is_no_answer(string line)
    {
        var (_, head, problem) = Heads.ReadResponse(Heads.Response.With("HTTP/1.1", line));

        Assert.Null(head);
        Assert.DoesNotContain(problem!, c => char.IsControl(c));
    }

    [Theory]
    [InlineData("Upgrade: WebSocket")]
    [InlineData("upgrade:websocket")]
    public void Item_2_Upgrade_is_websocket_in_any_case(string line) =>
        Assert.Null(Judge(Heads.Response.With("Upgrade", line), ["chat"], out _));

    [Theory]
    [InlineData]
    [InlineData("Upgrade:")]
    [InlineData("Upgrade: h2c")]
    [InlineData("Upgrade: websocket, h2c")]
    public void Item_2_without_it_the_connection_fails(params string[] lines) =>
        Assert.NotNull(Judge(Heads.Response.With("Upgrade", lines), ["chat"], out _));

    [Theory]
    [InlineData("Connection: upgrade")]
    [InlineData("connection: keep-alive, UPGRADE")]
    public void Item_3_Connection_has_Upgrade_in_any_case(string line) =>
        Assert.Null(Judge(Heads.Response.With("Connection", line), ["chat"], out _));

    [Theory]
    [InlineData]
    [InlineData("Connection: keep-alive")]
    [InlineData("Connection: Upgrades")]
    public void Item_3_without_it_the_connection_fails(params string[] lines) =>
        Assert.NotNull(Judge(Heads.Response.With("Connection", lines), ["chat"], out _));

    [Theory]
    [InlineData]
    [InlineData("Sec-WebSocket-Accept:")]
    [InlineData("Sec-WebSocket-Accept: S3PPLMBITXAQ9KYGZZHZRBK+XOO=")]
    [InlineData("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo")]
    [InlineData("Sec-WebSocket-Accept: " + Heads.Key)]
    [InlineData("Sec-WebSocket-Accept: " + Heads.Accept, "Sec-WebSocket-Accept: " + Heads.Accept)]
    public void Item_4_an_accept_key_that_does_not_answer_ours_fails(params string[] lines) =>
        Assert.NotNull(Judge(Heads.Response.With("Sec-WebSocket-Accept", lines), ["chat"], out _));

    [Fact]
    public void Item_4_blanks_around_the_accept_key_are_ignored() =>
        Assert.Null(Judge(Heads.Response.With("Sec-WebSocket-Accept", $"Sec-WebSocket-Accept: \t {Heads.Accept} \t"), ["chat"], out _));

    [Theory]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate")]
    [InlineData("Sec-WebSocket-Extensions: constructor")]
    [InlineData("Sec-WebSocket-Extensions:")]
    public void Item_5_an_extension_that_was_not_offered_fails(string line) =>
        Assert.NotNull(Judge(Heads.Response.And(line), ["chat"], out _));

    [Theory]
    [InlineData("other")]
    [InlineData("CHAT")]
    [InlineData("")]
    [InlineData("chat, superchat")]
    [InlineData("chat,chat")]
    public void Item_6_a_subprotocol_that_was_not_offered_fails(string chosen)
    {
        Assert.NotNull(Judge(Heads.Response.With("Sec-WebSocket-Protocol", $"Sec-WebSocket-Protocol: {chosen}"), ["chat", "superchat"], out var subprotocol));
        Assert.Equal("", subprotocol);
    }

    [Fact]
    public void Item_6_a_second_subprotocol_header_fails() =>
        Assert.NotNull(Judge(Heads.Response.And("Sec-WebSocket-Protocol: chat"), ["chat"], out _));

    [Fact]
    public void Item_6_none_was_offered_so_none_may_be_chosen()
    {
        Assert.NotNull(Judge(Heads.Response, [], out _));
        Assert.Null(Judge(Heads.Response.With("Sec-WebSocket-Protocol"), [], out var subprotocol));
        Assert.Equal("", subprotocol);
    }

    [Fact]
    public void Who_offers_subprotocols_wants_one() =>
        Assert.NotNull(Judge(Heads.Response.With("Sec-WebSocket-Protocol"), ["chat"], out _));

    [Fact]
    public void Other_headers_are_ignored() =>
        Assert.Null(Judge(Heads.Response.And("Server: x", "Set-Cookie: a=b", "Date: Mon, 23 Nov 2026 08:00:00 GMT"), ["chat"], out _));

    [Fact]
    public void What_the_server_writes_the_client_takes()
    {
        var output = new ArrayBufferWriter<byte>();
        HeadWriter.WriteAcceptance(output, Heads.Key, "superchat", null, [new("X-Extra", "1")]);

        Assert.Null(Judge(Encoding.Latin1.GetString(output.WrittenSpan), ["chat", "superchat"], out var subprotocol));
        Assert.Equal("superchat", subprotocol);
    }

    private static string? Judge(string response, IReadOnlyList<string> offered, out string subprotocol)
    {
        var (_, head, problem) = Heads.ReadResponse(response);
        Assert.True(head is not null, problem);
        return ClientHandshake.Judge(head, Heads.Key, offered, null, out subprotocol, out _);
    }
}
