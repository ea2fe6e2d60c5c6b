using System.Text;

namespace Switchboard.Fuzz.Seeds;

/// <summary>Requests and answers, good and bad. The first two bytes choose limits, and cut.</summary>
internal static class HandshakeSeeds
{
    private const string Request =
        "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\n" +
        "Sec-WebSocket-Version: 13\r\n\r\n";

    private const string Response =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private static readonly (string Name, byte Limits, string Text)[] Requests =
    [
        ("good", 0, Request),
        ("good-with-frames-behind", 0, Request + "\u0081\u0085\u0037\u00FA\u0021\u003D\u007F\u009F\u004D\u0051\u0058"),
        ("good-compressed", 0, And(Request, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")),
        ("good-many-offers", 0, And(
            Request, "Sec-WebSocket-Extensions: foo; a=\"b\", permessage-deflate; server_max_window_bits=10", "Sec-WebSocket-Extensions: permessage-deflate")),
        ("good-browser", 0, Request.Replace("Connection: Upgrade", "Connection: keep-alive, Upgrade", StringComparison.Ordinal)),
        ("good-absolute-uri", 0, Request.Replace("/chat", "http://server.example.com/chat?a=b", StringComparison.Ordinal)),
        ("good-any-case", 0, Request.Replace("Upgrade: websocket", "uPGRADE: WebSocket", StringComparison.Ordinal)),
        ("latin1-value", 0, And(Request, "X-Name: \u00E9\u00FF\t.")),
        ("post", 0, Request.Replace("GET", "POST", StringComparison.Ordinal)),
        ("http-1.0", 0, Request.Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal)),
        ("http-2", 0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("fragment", 0, Request.Replace("/chat", "/chat#x", StringComparison.Ordinal)),
        ("not-an-upgrade", 0, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("no-host", 0, Request.Replace("Host: server.example.com\r\n", "", StringComparison.Ordinal)),
        ("two-hosts", 0, And(Request, "Host: b")),
        ("bad-key", 0, Request.Replace("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", StringComparison.Ordinal)),
        ("good-key-with-bits-left", 0, Request.Replace("ZQ==", "ZR==", StringComparison.Ordinal)),
        ("two-keys", 0, And(Request, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")),
        ("version-8", 0, Request.Replace("Version: 13", "Version: 8", StringComparison.Ordinal)),
        ("subprotocol-twice", 0, Request.Replace("superchat", "chat", StringComparison.Ordinal)),
        ("extensions-outside-the-grammar", 0, And(Request, "Sec-WebSocket-Extensions: foo; =, ,")),
        ("body", 0, And(Request, "Content-Length: 5") + "hello"),
        ("no-body", 0, And(Request, "Content-Length: 0")),
        ("chunked", 0, And(Request, "Transfer-Encoding: chunked")),
        ("folded-line", 0, And(Request, "X-A: b", " c")),
        ("blank-before-colon", 0, And(Request, "X-A : b")),
        ("bare-line-feeds", 0, Request.Replace("\r\n", "\n", StringComparison.Ordinal)),
        ("nul-in-value", 0, And(Request, "X-A: b\0c")),
        ("carriage-return-in-value", 0, And(Request, "X-A: b\rc")),
        ("empty-first-line", 0, "\r\n" + Request),
        ("cut", 0, Request[..100]),
        ("too-large", 1, And(Request, "X-A: " + new string('a', 300))),
        ("line-too-long", 2, And(Request, "X-A: " + new string('a', 100))),
        ("too-many-headers", 3, Request),
    ];

    private static readonly (string Name, byte Choice, string Text)[] Responses =
    [
        ("good", 0x00, Response),
        ("good-with-frames-behind", 0x00, Response + "\u0081\u0005Hello"),
        ("good-subprotocol", 0x10, And(Response, "Sec-WebSocket-Protocol: chat")),
        ("good-compressed", 0x80, And(Response, "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; server_max_window_bits=12")),
        ("good-compressed-with-context", 0xC0, And(
            Response, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10; client_max_window_bits=9")),
        ("window-not-limited", 0xC0, And(Response, "Sec-WebSocket-Extensions: permessage-deflate")),
        ("compression-not-offered", 0x00, And(Response, "Sec-WebSocket-Extensions: permessage-deflate")),
        ("extension-not-offered", 0x80, And(Response, "Sec-WebSocket-Extensions: foo")),
        ("compression-twice", 0xC0, And(
            Response, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10, permessage-deflate; server_max_window_bits=10")),
        ("subprotocol-not-offered", 0x00, And(Response, "Sec-WebSocket-Protocol: chat")),
        ("subprotocol-missing", 0x10, Response),
        ("wrong-accept", 0x00, Response.Replace("s3pP", "S3pP", StringComparison.Ordinal)),
        ("no-upgrade", 0x00, Response.Replace("Upgrade: websocket\r\n", "", StringComparison.Ordinal)),
        ("no-connection", 0x00, Response.Replace("Connection: Upgrade\r\n", "", StringComparison.Ordinal)),
        ("status-200", 0x00, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
        ("status-426", 0x00, "HTTP/1.1 426\r\nSec-WebSocket-Version: 13\r\n\r\n"),
        ("status-without-phrase", 0x00, Response.Replace(" Switching Protocols", " ", StringComparison.Ordinal)),
        ("status-of-letters", 0x00, Response.Replace("101", "1O1", StringComparison.Ordinal)),
        ("http-1.0", 0x00, Response.Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal)),
        ("control-in-phrase", 0x00, Response.Replace("Switching", "Swit\u001Bching", StringComparison.Ordinal)),
        ("bare-line-feeds", 0x00, Response.Replace("\r\n", "\n", StringComparison.Ordinal)),
        ("cut", 0x00, Response[..50]),
        ("too-large", 0x01, And(Response, "X-A: " + new string('a', 300))),
        ("too-many-headers", 0x03, And(Response, "X-A: b", "X-A: b")),
    ];

    internal static IEnumerable<Seed> All =>
    [
        .. Requests.Select(request => new Seed("request", request.Name, [request.Limits, 0x24, .. Encoding.Latin1.GetBytes(request.Text)])),
        .. Responses.Select(response => new Seed("response", response.Name, [response.Choice, 0x24, .. Encoding.Latin1.GetBytes(response.Text)])),
    ];

    private static string And(string head, params string[] lines) => head[..^2] + string.Concat(lines.Select(line => line + "\r\n")) + "\r\n";
}
