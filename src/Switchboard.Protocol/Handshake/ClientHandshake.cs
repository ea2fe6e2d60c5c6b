using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;

namespace Switchboard.Protocol.Handshake;

/// <summary>The client's side of the opening handshake: the rules of RFC 6455 §4.1 for the server's answer.</summary>
internal static class ClientHandshake
{
    /// <param name="response">The answer.</param>
    /// <param name="key">The Sec-WebSocket-Key that was sent.</param>
    /// <param name="offered">The subprotocols that were offered.</param>
    /// <param name="compression">What was offered about compression, or null.</param>
    /// <param name="subprotocol">The one that the server chose; "" if none was offered.</param>
    /// <param name="deflate">What was agreed on about compression, or null; to be disposed.</param>
    /// <returns>A sentence that says why the connection fails, or null.</returns>
    internal static string? Judge(
        ResponseHead response, string key, IReadOnlyList<string> offered, DeflateOffer? compression,
        out string subprotocol, out PermessageDeflate? deflate)
    {
        subprotocol = "";
        deflate = null;
        var headers = response.Headers;

        // Item 1. A redirect is not followed, and a challenge not answered (WHATWG WebSockets, "establish a WebSocket connection").
        if (response.Status != 101)
        {
            return $"The server answered {response.Status} {Shown(response.Reason)}".TrimEnd() + ", not 101 Switching Protocols.";
        }

        // Items 2 and 3.
        if (!"websocket".Equals(headers.Find("Upgrade"), StringComparison.OrdinalIgnoreCase))
        {
            return "The server's answer has no 'Upgrade: websocket'.";
        }

        if (headers.Find("Connection") is not { } connection || !Token.ListContains(connection, "Upgrade"))
        {
            return "The server's answer has no 'Connection: Upgrade'.";
        }

        // Item 4.
        if (headers.Find("Sec-WebSocket-Accept") != AcceptKey.For(key))
        {
            return "The server's Sec-WebSocket-Accept does not answer our key: it is not a WebSocket server, or answered someone else.";
        }

        // Item 6; and WHATWG: who offers subprotocols wants one of them.
        var chosen = headers.Find("Sec-WebSocket-Protocol");
        if (chosen is null ? offered.Count > 0 : !offered.Contains(chosen))
        {
            return chosen is null
                ? $"The server chose none of the subprotocols that were offered ({string.Join(", ", offered)})."
                : $"The server chose the subprotocol '{Shown(chosen)}', which was not offered.";
        }

        subprotocol = chosen ?? "";
        return JudgeExtensions(headers.Find("Sec-WebSocket-Extensions"), compression, out deflate);
    }

    // What the server says may end up in a log or on a terminal. HTTP keeps the controls of ASCII out, and lets those of Latin-1 in.
    internal static string Shown(string text) =>
        string.Create(text.Length, text, static (shown, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                shown[i] = char.IsControl(text[i]) ? '\uFFFD' : text[i];
            }
        });

    // Item 5: what was not offered must not be agreed to.
    private static string? JudgeExtensions(string? header, DeflateOffer? compression, out PermessageDeflate? deflate)
    {
        deflate = null;
        if (ExtensionHeader.Parse(header) is not { } extensions)
        {
            return "The server's Sec-WebSocket-Extensions does not follow its grammar.";
        }

        return compression is not null ? compression.Judge(extensions, out deflate)
            : extensions is [var first, ..] ? $"The server agreed to an extension that was not offered: {first.Name}."
            : null;
    }
}
