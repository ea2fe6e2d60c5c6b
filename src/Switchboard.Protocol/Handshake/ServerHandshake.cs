using System.Buffers;
using Switchboard.Protocol.Extensions;

namespace Switchboard.Protocol.Handshake;

/// <summary>A request that keeps every rule of RFC 6455 §4.2.1.</summary>
/// <param name="Key">Its Sec-WebSocket-Key; empty for an extended CONNECT, which has none.</param>
/// <param name="Subprotocols">What it offers, in its order of preference.</param>
/// <param name="Extensions">What it offers, in its order of preference.</param>
internal sealed record ValidRequest(string Key, IReadOnlyList<string> Subprotocols, IReadOnlyList<ExtensionOffer> Extensions);

/// <summary>
/// The server's side of the opening handshake: the rules of RFC 6455 §4.2.1, each with the status that its breach gets.
/// RFC 8441 §5 puts an extended CONNECT in the place of items 1, 3, 4 and 5, and keeps the others.
/// </summary>
internal static class ServerHandshake
{
    // RFC 3986 §3.2.2: a name or an address, and a port. No comma: that would be two.
    private static readonly SearchValues<char> AuthorityCharacters =
        SearchValues.Create("!$%&'()*+-.0123456789:;=ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~");

    /// <returns>The refusal, or null if the request may be upgraded.</returns>
    internal static HandshakeRefusal? Judge(RequestHead request, out ValidRequest? valid)
    {
        valid = null;
        var headers = request.Headers;
        if ((JudgeHttp(request) ?? (request.IsConnectToWebSocket ? null : JudgeUpgrade(headers))) is { } refusal)
        {
            return refusal;
        }

        // Item 6, and §4.4: the answer to another version names those that are spoken here.
        if (headers.Find("Sec-WebSocket-Version") != "13")
        {
            return new HandshakeRefusal(426, "Only version 13 of the protocol is spoken here.", "Sec-WebSocket-Version", "13");
        }

        // Item 5.
        if ((request.IsConnectToWebSocket ? "" : FindKey(headers)) is not { } key)
        {
            return HandshakeRefusal.BadRequest("Sec-WebSocket-Key must be there once, and be 16 bytes in base64.");
        }

        // Item 8.
        if (SubprotocolChoice.ParseOffers(headers.Find("Sec-WebSocket-Protocol")) is not { } subprotocols)
        {
            return HandshakeRefusal.BadRequest("Sec-WebSocket-Protocol must be a list of unique tokens.");
        }

        // Item 9, and §9.1: a value outside the grammar fails the handshake.
        if (ExtensionHeader.Parse(headers.Find("Sec-WebSocket-Extensions")) is not { } extensions)
        {
            return HandshakeRefusal.BadRequest("Sec-WebSocket-Extensions does not follow its grammar.");
        }

        valid = new ValidRequest(key, subprotocols, extensions);
        return null;
    }

    private static HandshakeRefusal? JudgeUpgrade(HeaderList headers)
    {
        // Item 3, and §4.2.2: a browser's visit or a health check by mistake. 426 tells what to do, and RFC 9110 §15.5.22 wants the header.
        if (headers.Find("Upgrade") is not { } upgrade || !Token.ListContains(upgrade, "websocket"))
        {
            return new HandshakeRefusal(426, "This address speaks WebSocket: connect with a WebSocket client.", "Upgrade", "websocket");
        }

        // Item 4.
        return headers.Find("Connection") is { } connection && Token.ListContains(connection, "Upgrade")
            ? null
            : HandshakeRefusal.BadRequest("The header 'Connection: Upgrade' is missing; a proxy may have dropped it.");
    }

    private static string? FindKey(HeaderList headers) =>
        headers.Count("Sec-WebSocket-Key") == 1 && headers.Find("Sec-WebSocket-Key") is { } key && AcceptKey.IsValid(key) ? key : null;

    private static HandshakeRefusal? JudgeHttp(RequestHead request)
    {
        // Item 1.
        if (request.Method != "GET" && !request.IsConnectToWebSocket)
        {
            return new HandshakeRefusal(405, "A WebSocket begins with a GET request.", "Allow", "GET");
        }

        if (request.MinorVersion < 1)
        {
            return HandshakeRefusal.BadRequest("A WebSocket begins with HTTP/1.1 or later.");
        }

        // Item 2, and RFC 9112 §3.2: none, more than one, or one that is no authority, is an error.
        if (request.Headers.Find("Host") is not { Length: > 0 } host || host.AsSpan().ContainsAnyExcept(AuthorityCharacters))
        {
            return HandshakeRefusal.BadRequest("The header Host must be there once, and name a host.");
        }

        // A body would be bytes that one party reads as HTTP and another as frames: request smuggling.
        if (request.Headers.Count("Transfer-Encoding") > 0 || request.Headers.Find("Content-Length") is not (null or "0"))
        {
            return HandshakeRefusal.BadRequest("A request for a WebSocket has no body.");
        }

        return null;
    }
}
