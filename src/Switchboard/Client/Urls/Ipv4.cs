using System.Buffers.Binary;
using System.Net;

namespace Switchboard.Client.Urls;

/// <summary>IPv4 addresses as URLs have them (URL Standard §3.5): one to four numbers, in decimal, octal or hexadecimal digits.</summary>
internal static class Ipv4
{
    /// <summary>Whether a host ends in a number: then it is an address, or wrong.</summary>
    internal static bool LooksLikeOne(string host)
    {
        var parts = PartsOf(host);
        return parts[^1].Length > 0 && (!parts[^1].AsSpan().ContainsAnyExceptInRange('0', '9') || TryParseNumber(parts[^1], out _));
    }

    internal static bool TryParse(string host, out uint address)
    {
        address = 0;
        var parts = PartsOf(host);
        if (parts.Length > 4)
        {
            return false;
        }

        // The last number has all the bytes that the others leave: 127.1 is 127.0.0.1.
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var bits = isLast ? 8 * (4 - i) : 8;
            if (!TryParseNumber(parts[i], out var number) || number >= 1L << bits)
            {
                return false;
            }

            address |= (uint)(number << (isLast ? 0 : 8 * (3 - i)));
        }

        return true;
    }

    internal static IPAddress ToAddress(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes);
    }

    // One dot may follow.
    private static string[] PartsOf(string host)
    {
        var parts = host.Split('.');
        return parts is [_, .., ""] ? parts[..^1] : parts;
    }

    /// <param name="text">With 0x before it hexadecimal, with 0 before it octal.</param>
    /// <param name="number">What is too large for an address is 2^32.</param>
    private static bool TryParseNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        var radix = text is ['0', 'x' or 'X', ..] ? 16 : text is ['0', _, ..] ? 8 : 10;
        foreach (var digit in text[(radix == 16 ? 2 : 0)..])
        {
            var value = ValueOf(digit);
            if (value >= radix)
            {
                return false;
            }

            number = Math.Min((number * radix) + value, 1L << 32);
        }

        return true;
    }

    private static int ValueOf(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => int.MaxValue,
    };
}
