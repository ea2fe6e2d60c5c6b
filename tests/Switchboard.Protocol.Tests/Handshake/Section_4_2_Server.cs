using System.Buffers;
using System.Text;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Handshake;

public class Section_4_2_Server
{
    [Fact]
    public void Takes_the_request_of_the_RFC()
    {
        Assert.Null(Heads.Judge(Heads.Request, out var valid));

        Assert.Equal(Heads.Key, valid!.Key);
        Assert.Equal(["chat", "superchat"], valid.Subprotocols);
        Assert.Empty(valid.Extensions);
        var head = Heads.Read(Heads.Request).Head!;
        Assert.Equal(("GET", "/chat", 1), (head.Method, head.Target, head.MinorVersion));
        Assert.Equal("http://example.com", head.Headers.Find("origin"));
        Assert.Equal(7, head.Headers.Fields.Count);
    }

    [Fact]
    public void Answers_the_request_of_the_RFC_with_its_answer()
    {
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteAcceptance(output, Heads.Key, "chat", null, []);

        Assert.Equal(Heads.Response, Encoding.Latin1.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    [InlineData("CONNECT")]
    [InlineData("get")]
    [InlineData("Get")]
    public void Item_1_any_method_but_GET_is_answered_405(string method)
    {
        var refusal = Heads.Judge(Heads.Request.With("GET", $"{method} /chat HTTP/1.1"))!;

        Assert.Equal((405, "Allow", "GET"), (refusal.Status, refusal.HeaderName, refusal.HeaderValue));
    }

    [Theory]
    [InlineData("GET /chat HTTP/1.0")]
    [InlineData("GET /chat HTTP/0.9")]
    [InlineData("GET /chat HTTP/2.0")]
    [InlineData("GET /chat http/1.1")]
    [InlineData("GET /chat HTTP/1.")]
    [InlineData("GET /chat HTTP/1.x")]
    [InlineData("GET /chat HTTP/1.11")]
    [InlineData("GET /chat HTTP/11")]
    [InlineData("GET /chat HTTPS/1.1")]
    [InlineData("GET /chat")]
    [InlineData("GET /chat ")]
    [InlineData("GET")]
    [InlineData("GET ")]
    [InlineData("GET  ")]
    [InlineData(" GET /chat HTTP/1.1")]
    [InlineData("GET /chat HTTP/1.1 ")]
    [InlineData("GET\t/chat\tHTTP/1.1")]
    [InlineData("G\u00CBT /chat HTTP/1.1")]
    [InlineData("GET: /chat HTTP/1.1")]
    [InlineData("")]
    public void Item_1_a_request_line_of_another_form_is_answered_400(string line) =>
        Assert.Equal(400, Heads.Judge(Heads.Request.With("GET", line))!.Status);

    [Theory]
    [InlineData("/")]
    [InlineData("/chat?room=1&name=a%20b")]
    [InlineData("/%E2%82%AC")]
    [InlineData("//double")]
    [InlineData("/a:b@c;d")]
    [InlineData("http://server.example.com/chat")]
    [InlineData("HTTPS://server.example.com/chat")]
    public void Item_1_the_target_is_a_path_or_an_absolute_HTTP_URI(string target)
    {
        var request = Heads.Request.With("GET", $"GET {target} HTTP/1.1");

        Assert.Null(Heads.Judge(request));
        Assert.Equal(target, Heads.Read(request).Head!.Target);
    }

    [Theory]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a#fragment")]       // §3: a resource name has none
    [InlineData("/a\u0000b")]
    [InlineData("/a\rb")]
    [InlineData("/a\u007F")]
    [InlineData("/caf\u00E9")]        // percent-encoding is the client's duty
    [InlineData("chat")]
    [InlineData("*")]
    [InlineData("server.example.com:80")]
    [InlineData("ftp://server.example.com/chat")]
    [InlineData("http:/chat")]
    [InlineData("?room=1")]
    public void Item_1_any_other_target_is_answered_400(string target) =>
        Assert.Equal(400, Heads.Judge(Heads.Request.With("GET", $"GET {target} HTTP/1.1"))!.Status);

    [Fact]
    public void Item_1_a_later_HTTP_1_is_taken() =>
        Assert.Null(Heads.Judge(Heads.Request.With("GET", "GET /chat HTTP/1.9")));

    [Fact]
    public void Item_2_a_request_without_Host_is_answered_400() =>
        Assert.Equal(400, Heads.Judge(Heads.Request.With("Host"))!.Status);

    [Theory]
    [InlineData("Host: server.example.com")]
    [InlineData("host: evil.example.com")]
    public void Item_2_a_second_Host_is_answered_400(string second) =>
        Assert.Equal(400, Heads.Judge(Heads.Request.And(second))!.Status);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a, b")]
    [InlineData("a/b")]
    [InlineData("user@a")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\\b")]
    [InlineData("http://a")]
    [InlineData("caf\u00E9.example")]
    public void Item_2_a_Host_that_is_no_authority_is_answered_400(string host) =>
        Assert.Equal(400, Heads.Judge(Heads.Request.With("Host", "Host: " + host))!.Status);

    [Theory]
    [InlineData("localhost")]
    [InlineData("server.example.com:8080")]
    [InlineData("xn--caf-dma.example")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1%25eth0]:8080")]
    [InlineData("under_score")]
    public void Item_2_a_Host_is_a_name_or_an_address_and_a_port(string host) =>
        Assert.Null(Heads.Judge(Heads.Request.With("Host", "Host: " + host)));

    [Theory]
    [InlineData("Upgrade: websocket")]
    [InlineData("upgrade: WebSocket")]
    [InlineData("UPGRADE:WEBSOCKET")]
    [InlineData("Upgrade: h2c, websocket")]
    [InlineData("Upgrade: \t websocket \t ")]
    public void Item_3_Upgrade_contains_websocket_in_any_case(string line) =>
        Assert.Null(Heads.Judge(Heads.Request.With("Upgrade", line)));

    [Theory]
    [InlineData]
    [InlineData("Upgrade: h2c")]
    [InlineData("Upgrade:")]
    [InlineData("Upgrade: websocket2")]
    [InlineData("Upgrade: web socket")]
    [InlineData("Upgrade: \"websocket\"")]
    public void Item_3_without_it_the_answer_is_426_and_says_to_what(params string[] lines)
    {
        var refusal = Heads.Judge(Heads.Request.With("Upgrade", lines))!;

        Assert.Equal((426, "Upgrade", "websocket"), (refusal.Status, refusal.HeaderName, refusal.HeaderValue));
    }

    [Theory]
    [InlineData("Connection: Upgrade")]
    [InlineData("Connection: keep-alive, Upgrade")]  // Firefox
    [InlineData("connection: upgrade")]
    [InlineData("Connection: ,, UPGRADE ,")]
    [InlineData("Connection: keep-alive", "Connection: Upgrade")]
    public void Item_4_Connection_contains_Upgrade_in_any_case(params string[] lines) =>
        Assert.Null(Heads.Judge(Heads.Request.With("Connection", lines)));

    [Theory]
    [InlineData]
    [InlineData("Connection: close")]
    [InlineData("Connection: keep-alive")]
    [InlineData("Connection: Upgraded")]
    [InlineData("Connection:")]
    public void Item_4_without_it_the_answer_is_400(params string[] lines) =>
        Assert.Equal(400, Heads.Judge(Heads.Request.With("Connection", lines))!.Status);

    [Theory]
    [InlineData]
    [InlineData("Sec-WebSocket-Key:")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j")]      // 15 bytes
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE=")]  // 17 bytes
    [InlineData("Sec-WebSocket-Key: the sample nonce")]
    [InlineData("Sec-WebSocket-Key: " + Heads.Key, "Sec-WebSocket-Key: " + Heads.Key)]
    [InlineData("Sec-WebSocket-Key: " + Heads.Key, "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==")]
    public void Item_5_a_key_that_is_missing_wrong_or_doubled_is_answered_400(params string[] lines) =>
        Assert.Equal(400, Heads.Judge(Heads.Request.With("Sec-WebSocket-Key", lines))!.Status);

    [Theory]
    [InlineData]
    [InlineData("Sec-WebSocket-Version:")]
    [InlineData("Sec-WebSocket-Version: 7")]
    [InlineData("Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Version: 14")]
    [InlineData("Sec-WebSocket-Version: 013")]
    [InlineData("Sec-WebSocket-Version: 13.0")]
    [InlineData("Sec-WebSocket-Version: 13, 8")]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13")]
    public void Item_6_another_version_is_answered_426_and_told_ours(params string[] lines)
    {
        // §4.2.2 and §4.4.
        var refusal = Heads.Judge(Heads.Request.With("Sec-WebSocket-Version", lines))!;

        Assert.Equal((426, "Sec-WebSocket-Version", "13"), (refusal.Status, refusal.HeaderName, refusal.HeaderValue));
    }

    [Fact]
    public void Item_8_subprotocols_may_come_in_several_headers()
    {
        Heads.Judge(Heads.Request.And("Sec-WebSocket-Protocol: third"), out var valid);

        Assert.Equal(["chat", "superchat", "third"], valid!.Subprotocols);
    }

    [Fact]
    public void Item_8_subprotocols_are_optional()
    {
        Assert.Null(Heads.Judge(Heads.Request.With("Sec-WebSocket-Protocol"), out var valid));

        Assert.Empty(valid!.Subprotocols);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")]
    [InlineData("Sec-WebSocket-Extensions: foo", "Sec-WebSocket-Extensions: bar; baz=2")]
    public void Item_9_extensions_are_read(params string[] lines)
    {
        Assert.Null(Heads.Judge(Heads.Request.And(lines), out var valid));

        Assert.Equal(lines.Length, valid!.Extensions.Count);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Extensions:")]
    [InlineData("Sec-WebSocket-Extensions: foo bar")]
    [InlineData("Sec-WebSocket-Extensions: foo;")]
    public void Item_9_extensions_outside_the_grammar_are_answered_400(string line) =>
        Assert.Equal(400, Heads.Judge(Heads.Request.And(line))!.Status);

    [Fact]
    public void Item_10_unknown_headers_are_ignored() =>
        Assert.Null(Heads.Judge(Heads.Request.And("Cookie: a=b", "X-Unknown: whatever; \"it\" = is", "__proto__: constructor")));

    [Theory]
    [InlineData("Content-Length: 1")]
    [InlineData("Content-Length: 00")]
    [InlineData("Content-Length: +0")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length:")]
    [InlineData("Content-Length: 99999999999999999999")]
    [InlineData("Content-Length: 0", "Content-Length: 5")]
    [InlineData("Content-Length: 0, 0")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: identity")]
    [InlineData("transfer-encoding:")]
    [InlineData("Content-Length: 0", "Transfer-Encoding: chunked")]
    public void A_request_with_a_body_is_answered_400(params string[] lines)
    {
        // CVE-2025-55315: what one party takes for a body, another takes for frames, or for the next request.
        Assert.Equal(400, Heads.Judge(Heads.Request.And(lines))!.Status);
    }

    [Fact]
    public void A_body_of_no_bytes_is_no_body() => Assert.Null(Heads.Judge(Heads.Request.And("Content-Length: 0")));

    [Fact]
    public void A_refusal_is_a_whole_HTTP_answer_that_ends_the_connection()
    {
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteRefusal(output, 426, "Upgrade Required", "Only version 13 of the protocol is spoken here.", [new("Sec-WebSocket-Version", "13")]);

        Assert.Equal(
            "HTTP/1.1 426 Upgrade Required\r\nConnection: close, Upgrade\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 48\r\n" +
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\nOnly version 13 of the protocol is spoken here.\n",
            Encoding.Latin1.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_426_names_the_upgrade_once()
    {
        // RFC 9110 §15.5.22: "The server MUST send an Upgrade header field in a 426 response"; §7.8: and name it in Connection.
        var refusal = Heads.Judge(Heads.Request.With("Upgrade"))!;
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteRefusal(output, refusal.Status, "Upgrade Required", refusal.Problem, [new(refusal.HeaderName!, refusal.HeaderValue!)]);

        var head = Heads.ReadResponse(Encoding.Latin1.GetString(output.WrittenSpan)).Head!;
        Assert.Equal("websocket", head.Headers.Find("Upgrade"));
        Assert.Equal("close, Upgrade", head.Headers.Find("Connection"));
    }

    [Fact]
    public void Another_refusal_ends_the_connection_and_upgrades_nothing()
    {
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteRefusal(output, 405, "Method Not Allowed", "A WebSocket begins with a GET request.", [new("Allow", "GET")]);

        var head = Heads.ReadResponse(Encoding.Latin1.GetString(output.WrittenSpan)).Head!;
        Assert.Equal(("close", "GET", null), (head.Headers.Find("Connection"), head.Headers.Find("Allow"), head.Headers.Find("Upgrade")));
    }

    [Fact]
    public void A_refusals_length_is_counted_in_bytes()
    {
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteRefusal(output, 400, "Bad Request", "€\n", []);

        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Contains("Content-Length: 4\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n€\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_acceptance_without_subprotocol_and_extension_names_neither()
    {
        var output = new ArrayBufferWriter<byte>();

        HeadWriter.WriteAcceptance(output, Heads.Key, null, null, [new("Server", "Switchboard")]);

        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Accept: {Heads.Accept}\r\nServer: Switchboard\r\n\r\n",
            Encoding.Latin1.GetString(output.WrittenSpan));
    }

    [Fact]
    public void What_the_client_writes_the_server_takes()
    {
        var output = new ArrayBufferWriter<byte>();
        HeadWriter.WriteRequest(output, "/chat?a=b", "server.example.com", Heads.Key, ["chat", "superchat"], null, [new("Origin", "http://example.com")]);

        var request = Encoding.Latin1.GetString(output.WrittenSpan);

        Assert.Null(Heads.Judge(request, out var valid));
        Assert.Equal(["chat", "superchat"], valid!.Subprotocols);
        Assert.Equal(ReadStatus.Done, Heads.Read(request).Status);
    }
}
