using System.Globalization;

namespace Switchboard.Rooms;

/// <summary>Reads a URL segment of unreserved characters and %XX, and nothing else.</summary>
internal static class PercentEncoding
{
    /// <summary>
    /// Writes the segment's bytes to <paramref name="bytes"/>, which is at least as long as <paramref name="segment"/>.
    /// Returns what is wrong, or null.
    /// </summary>
    public static string? Decode(ReadOnlySpan<char> segment, Span<byte> bytes, out int written)
    {
        written = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            var character = segment[i];
            if (character != '%')
            {
                if (!IsUnreserved(character))
                {
                    return $"U+{(int)character:X4} at position {i} must be percent-encoded.";
                }

                bytes[written++] = (byte)character;
                continue;
            }

            // RFC 3986 §2.1: pct-encoded = "%" HEXDIG HEXDIG
            if (segment.Length - i < 3 || !byte.TryParse(segment.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var octet))
            {
                return $"The % at position {i} is not followed by two hexadecimal digits.";
            }

            bytes[written++] = octet;
            i += 2;
        }

        return null;
    }

    // RFC 3986 §2.3: unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"
    private static bool IsUnreserved(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~';
}
