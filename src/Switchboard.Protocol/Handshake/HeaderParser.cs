using System.Buffers;

namespace Switchboard.Protocol.Handshake;

/// <summary>Parses the lines of an HTTP head, strictly: what two parsers could read in two ways is refused (RFC 9112 §2.2, §5).</summary>
internal static class HeaderParser
{
    // RFC 9110 §5.5: CR, LF and NUL are dangerous in values; the other controls but the tab are not allowed either.
    private static readonly SearchValues<byte> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 0x7F]);

    /// <summary>Whether text has a control character, which neither a header's value nor a status line's phrase may have.</summary>
    internal static bool HasControl(ReadOnlySpan<byte> text) => text.ContainsAny(Forbidden);

    /// <summary>Cuts the first line off, which must end with CR LF.</summary>
    internal static bool TryTakeLine(ref ReadOnlySpan<byte> head, out ReadOnlySpan<byte> line)
    {
        var end = head.IndexOf((byte)'\n');
        if (end < 1 || head[end - 1] != '\r')
        {
            line = default;
            return false;
        }

        line = head[..(end - 1)];
        head = head[(end + 1)..];
        return true;
    }

    /// <param name="head">The head behind its first line, with the empty line that ends it.</param>
    /// <param name="headers">The fields, if true is returned.</param>
    /// <param name="problem">What is wrong, if false is returned.</param>
    internal static bool TryParse(ReadOnlySpan<byte> head, out HeaderList headers, out string? problem)
    {
        var fields = new List<KeyValuePair<string, string>>(12);
        headers = new HeaderList(fields);
        while (true)
        {
            if (!TryTakeLine(ref head, out var line))
            {
                problem = "a header line does not end with CR LF";
                return false;
            }

            if (line.IsEmpty)
            {
                problem = null;
                return true;
            }

            // RFC 9112 §5.1: no white space between name and colon; §5.2: no folded lines. Neither is a token.
            var colon = line.IndexOf((byte)':');
            var name = colon < 0 ? "" : KnownText.Of(line[..colon]);
            if (!Token.IsToken(name))
            {
                problem = "a header line is not of the form 'Name: value'";
                return false;
            }

            var value = line[(colon + 1)..].Trim(" \t"u8);
            if (HasControl(value))
            {
                problem = $"the value of the header {name} has a control character";
                return false;
            }

            fields.Add(new(name, KnownText.Of(value)));
        }
    }
}
