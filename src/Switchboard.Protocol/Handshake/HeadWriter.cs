using System.Buffers;
using System.Text;

namespace Switchboard.Protocol.Handshake;

/// <summary>Writes the heads of the opening handshake.</summary>
internal static class HeadWriter
{
    /// <summary>The server's yes (RFC 6455 §4.2.2, item 5).</summary>
    internal static void WriteAcceptance(
        IBufferWriter<byte> output, string key, string? subprotocol, string? extensions, IEnumerable<KeyValuePair<string, string>> headers)
    {
        // Nothing is written before all of it is found good.
        var text = new StringBuilder(capacity: 0);
        Append(text, "Sec-WebSocket-Protocol", subprotocol);
        Append(text, "Sec-WebSocket-Extensions", extensions);
        Append(text, headers);

        // Nearly every answer is this and no more, and a crowd may arrive at once: it is written without a detour over strings.
        output.Write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "u8);
        AcceptKey.Write(key, output.GetSpan(AcceptKey.AnswerLength)[..AcceptKey.AnswerLength]);
        output.Advance(AcceptKey.AnswerLength);
        output.Write("\r\n"u8);
        if (text.Length > 0)
        {
            output.Write(Encoding.Latin1.GetBytes(text.ToString()));
        }

        output.Write("\r\n"u8);
    }

    /// <summary>The server's no: a status, a sentence as plain text, and the end of the connection.</summary>
    internal static void WriteRefusal(
        IBufferWriter<byte> output, int status, string phrase, string body, IEnumerable<KeyValuePair<string, string>> headers)
    {
        if (!IsText(phrase))
        {
            throw new ArgumentException("The status phrase has a character that HTTP does not allow.", nameof(phrase));
        }

        var bytes = Encoding.UTF8.GetBytes(body.EndsWith('\n') ? body : body + "\n");

        // RFC 9110 §15.5.22: a 426 names the protocol to change to; §7.8: whoever sends Upgrade names it in Connection too.
        var namesUpgrade = status == 426;
        var connection = namesUpgrade ? "close, Upgrade" : "close";
        var text = new StringBuilder($"HTTP/1.1 {status} {phrase}\r\nConnection: {connection}\r\n");
        Append(text, "Content-Type", "text/plain; charset=utf-8");
        Append(text, "Content-Length", bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var isNamed = headers.Any(header => header.Key.Equals("Upgrade", StringComparison.OrdinalIgnoreCase));
        Append(text, "Upgrade", namesUpgrade && !isNamed ? "websocket" : null);
        Finish(output, text, headers);
        output.Write(bytes);
    }

    /// <summary>The client's request (RFC 6455 §4.1).</summary>
    /// <exception cref="ArgumentException">The target has a blank or is not ASCII, or a subprotocol is no token or not unique.</exception>
    internal static void WriteRequest(
        IBufferWriter<byte> output, string target, string host, string key, IReadOnlyList<string> subprotocols, string? extensions,
        IEnumerable<KeyValuePair<string, string>> headers)
    {
        ThrowUnlessTarget(target, nameof(target));

        // RFC 6455 §4.1, item 10.
        if (!subprotocols.All(subprotocol => Token.IsToken(subprotocol)) || subprotocols.Distinct().Count() < subprotocols.Count)
        {
            throw new ArgumentException("Subprotocols are tokens, and each is offered once.", nameof(subprotocols));
        }

        var text = new StringBuilder($"GET {target} HTTP/1.1\r\n");
        Append(text, "Host", host);
        text.Append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
        Append(text, "Sec-WebSocket-Key", key);
        text.Append("Sec-WebSocket-Version: 13\r\n");
        Append(text, "Sec-WebSocket-Protocol", subprotocols.Count > 0 ? string.Join(", ", subprotocols) : null);
        Append(text, "Sec-WebSocket-Extensions", extensions);
        Finish(output, text, headers);
    }

    /// <summary>A client's wish for a tunnel, to a proxy (RFC 9110 §9.3.6).</summary>
    /// <exception cref="ArgumentException">The authority is not ASCII, or has a blank.</exception>
    internal static void WriteConnect(IBufferWriter<byte> output, string authority, IEnumerable<KeyValuePair<string, string>> headers)
    {
        ThrowUnlessTarget(authority, nameof(authority));
        var text = new StringBuilder($"CONNECT {authority} HTTP/1.1\r\n");
        Append(text, "Host", authority);
        Finish(output, text, headers);
    }

    // A blank or a line break in the target would end it, and what follows would be read as a version or a header.
    private static void ThrowUnlessTarget(string target, string name)
    {
        if (target.AsSpan() is [] || target.AsSpan().ContainsAnyExceptInRange('\x21', '\x7E'))
        {
            throw new ArgumentException("A request's target is not empty, and has visible ASCII characters only.", name);
        }
    }

    private static void Finish(IBufferWriter<byte> output, StringBuilder text, IEnumerable<KeyValuePair<string, string>> headers)
    {
        Append(text, headers);
        text.Append("\r\n");
        output.Write(Encoding.Latin1.GetBytes(text.ToString()));
    }

    private static void Append(StringBuilder text, IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
        {
            Append(text, name, value);
        }
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        // CVE-2026-1527 and its kin: whoever can put a line break into a header writes headers of their own.
        if (FindFault(name, value) is { } fault)
        {
            throw new ArgumentException(fault, nameof(name));
        }

        text.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    /// <returns>A sentence on a header that an application may not add to an opening request, or null.</returns>
    internal static string? FindProblem(string name, string value) =>
        IsOfTheHandshake(name) ? $"The header '{name}' is the opening handshake's own, and is not to be given." : FindFault(name, value);

    private static bool IsOfTheHandshake(string name) =>
        name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase)
        || name.ToUpperInvariant() is "HOST" or "CONNECTION" or "UPGRADE" or "CONTENT-LENGTH" or "TRANSFER-ENCODING";

    private static string? FindFault(string name, string value) =>
        !Token.IsToken(name) ? "A header has a name that HTTP does not allow."
        : !IsText(value) ? $"The value of '{name}' has a character that HTTP does not allow."
        : null;

    // No line breaks and other controls but the tab, as HeaderParser has it; and nothing that Latin-1 would write as another character.
    private static bool IsText(string text) =>
        text.All(character => (!char.IsControl(character) || character is '\t' or >= '\x80') && character <= '\xFF');
}
