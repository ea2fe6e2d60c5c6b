using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Switchboard.Client.Urls;

/// <summary>IPv6 addresses as URLs have them (URL Standard §3.5): eight pieces of 16 bits, and no zone.</summary>
internal static class Ipv6
{
    private const int Pieces = 8;

    internal static bool TryParse(ReadOnlySpan<char> text, out ushort[] pieces)
    {
        pieces = [];
        var gap = text.IndexOf("::");
        if (gap < 0)
        {
            return TryParsePieces(text, isEnd: true, out pieces) && pieces.Length == Pieces;
        }

        // What stands before the gap and what stands after it, which are fewer than eight together.
        if (!TryParsePieces(text[..gap], isEnd: false, out var head) || !TryParsePieces(text[(gap + 2)..], isEnd: true, out var tail)
            || head.Length + tail.Length >= Pieces)
        {
            return false;
        }

        pieces = [.. head, .. new ushort[Pieces - head.Length - tail.Length], .. tail];
        return true;
    }

    /// <summary>The address without its brackets: the first of the longest runs of zeros is left out, and nothing is written as IPv4.</summary>
    internal static string ToText(ushort[] pieces)
    {
        var (start, length) = LongestZeros(pieces);
        if (length < 2)
        {
            return Join(pieces);
        }

        return $"{Join(pieces[..start])}::{Join(pieces[(start + length)..])}";
    }

    internal static IPAddress ToAddress(ushort[] pieces)
    {
        Span<byte> bytes = stackalloc byte[2 * Pieces];
        for (var i = 0; i < Pieces; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes[(2 * i)..], pieces[i]);
        }

        return new IPAddress(bytes);
    }

    private static string Join(ushort[] pieces) => string.Join(':', pieces.Select(piece => piece.ToString("x", CultureInfo.InvariantCulture)));

    /// <param name="text">Pieces with single colons between them; empty for none.</param>
    /// <param name="isEnd">Whether the last two may be an IPv4 address.</param>
    /// <param name="pieces">What they are.</param>
    private static bool TryParsePieces(ReadOnlySpan<char> text, bool isEnd, out ushort[] pieces)
    {
        var found = new List<ushort>();
        pieces = [];
        if (text.IsEmpty)
        {
            return true;
        }

        var parts = text.ToString().Split(':');
        for (var i = 0; i < parts.Length; i++)
        {
            if (isEnd && i == parts.Length - 1 && parts[i].Contains('.', StringComparison.Ordinal))
            {
                if (!TryParseIpv4(parts[i], out var high, out var low))
                {
                    return false;
                }

                found.AddRange([high, low]);
            }
            else if (parts[i].Length is 0 or > 4 || !ushort.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var piece))
            {
                return false;
            }
            else
            {
                found.Add(piece);
            }
        }

        pieces = [.. found];
        return true;
    }

    // Unlike a host that is one: four decimal numbers, and none with a zero before it.
    private static bool TryParseIpv4(string text, out ushort high, out ushort low)
    {
        (high, low) = (0, 0);
        var parts = text.Split('.');
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts.Length != 4 || parts[i] is ['0', _, ..] || !byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }

        (high, low) = (BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        return true;
    }

    private static (int Start, int Length) LongestZeros(ushort[] pieces)
    {
        var (start, longest) = (0, 0);
        for (var i = 0; i < Pieces; i++)
        {
            var length = pieces.AsSpan(i).IndexOfAnyExcept((ushort)0);
            length = length < 0 ? Pieces - i : length;
            (start, longest) = length > longest ? (i, length) : (start, longest);
        }

        return (start, longest);
    }
}
