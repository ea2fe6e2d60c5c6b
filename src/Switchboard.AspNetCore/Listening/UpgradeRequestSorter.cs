using System.Text;
using Switchboard.Transports.Linux;

namespace Switchboard.AspNetCore.Listening;

/// <summary>
/// Tells by its first bytes whether a connection may become a WebSocket. A wrong guess costs speed and no more: either way Kestrel
/// reads the request and decides.
/// </summary>
internal static class UpgradeRequestSorter
{
    private const int MaxHead = 16 * 1024;

    /// <inheritdoc cref="IConnectionSorter.Sort"/>
    internal static SortVerdict Sort(ReadOnlySpan<byte> bytes, out int headLength)
    {
        headLength = 0;

        // RFC 6455 §4.1, item 2: the method is GET. A TLS hello (0x16) and HTTP/2's preface ("PRI") are told from it by a byte.
        var method = "GET "u8;
        var known = Math.Min(bytes.Length, method.Length);
        if (!bytes[..known].SequenceEqual(method[..known]))
        {
            return SortVerdict.Theirs;
        }

        var (length, isProper) = FindHead(bytes);
        if (!isProper || length > MaxHead)
        {
            return SortVerdict.Theirs;
        }

        if (length == 0)
        {
            return bytes.Length < MaxHead ? SortVerdict.NeedsMore : SortVerdict.Theirs;
        }

        if (!NamesWebSocket(bytes[..(length - 2)]))
        {
            return SortVerdict.Theirs;
        }

        headLength = length;
        return SortVerdict.Ours;
    }

    // Kestrel lets a line end in LF alone (RFC 9112 §2.2); no WebSocket client sends such, and they are not to wait for a CR.
    private static (int Length, bool IsProper) FindHead(ReadOnlySpan<byte> bytes)
    {
        for (var start = 0; bytes[start..].IndexOf((byte)'\n') is >= 0 and var offset; start += offset + 1)
        {
            var line = bytes.Slice(start, offset);
            if (!line.EndsWith("\r"u8))
            {
                return (0, false);
            }

            if (line.Length == 1)
            {
                return (start + offset + 1, true);
            }
        }

        return (0, true);
    }

    private static bool NamesWebSocket(ReadOnlySpan<byte> lines)
    {
        foreach (var range in lines.Split("\r\n"u8))
        {
            var line = lines[range];
            var colon = line.IndexOf((byte)':');
            if (colon >= 0 && Ascii.EqualsIgnoreCase(line[..colon], "Upgrade"u8) && HasToken(line[(colon + 1)..], "websocket"u8))
            {
                return true;
            }
        }

        return false;
    }

    // RFC 9110 §5.6.1: a list, with spaces around its commas.
    private static bool HasToken(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        foreach (var range in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(list[range].Trim(" \t"u8), token))
            {
                return true;
            }
        }

        return false;
    }
}
