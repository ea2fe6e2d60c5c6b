using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Proxies;

/// <summary>
/// Reads a PROXY protocol header of either version. Its first bytes say which one it is, and neither can be HTTP or TLS: so what is not one is known
/// soon.
/// </summary>
internal static class ProxyHeaderReader
{
    /// <summary>The longest header of version 2 that is read, with all that it tells besides the addresses. Ours is of no use for any of that.</summary>
    internal const int MaxBytes = 4096;

    // §2.1: the longest line of version 1, its end included.
    private const int MaxLine = 107;

    /*  §2.2      0                  12       13       14        16
                 | \r\n\r\n\0\r\nQUIT\n | 2 | cmd | family | form | length | addresses, then TLVs       */
    private const int FixedSize = 16;
    private const int Local = 0;
    private const int Proxied = 1;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> LinePrefix => "PROXY "u8;

    /// <param name="input">What came, from the connection's first byte on.</param>
    /// <param name="header">What it says, if done.</param>
    /// <param name="consumed">How many bytes it has, if done: what follows is the connection's.</param>
    internal static ReadStatus TryRead(ReadOnlySpan<byte> input, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        if (BeginsWith(input, Signature))
        {
            return input.Length < FixedSize ? ReadStatus.NeedsMore : TryReadBinary(input, out header, out consumed);
        }

        return BeginsWith(input, LinePrefix) ? TryReadLine(input, out header, out consumed) : ReadStatus.Invalid;
    }

    /// <summary>Whether it is the beginning, as far as either goes.</summary>
    private static bool BeginsWith(ReadOnlySpan<byte> input, ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith(input[..Math.Min(input.Length, beginning.Length)]);

    // Version 1: PROXY TCP4 192.0.2.1 198.51.100.1 49152 443\r\n
    private static ReadStatus TryReadLine(ReadOnlySpan<byte> input, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        var end = input[..Math.Min(input.Length, MaxLine)].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return input.Length < MaxLine ? ReadStatus.NeedsMore : ReadStatus.Invalid;
        }

        var words = Encoding.Latin1.GetString(input[LinePrefix.Length..end]).Split(' ');
        switch (words)
        {
            // §2.1: what follows is to be ignored.
            case ["UNKNOWN", ..]:
                break;
            case ["TCP4" or "TCP6", var source, var destination, var sourcePort, var destinationPort]:
                var isV6 = words[0] == "TCP6";
                if (!TryParse(source, sourcePort, isV6, out var from) || !TryParse(destination, destinationPort, isV6, out var to))
                {
                    return ReadStatus.Invalid;
                }

                header = new ProxyHeader(from, to);
                break;
            default:
                return ReadStatus.Invalid;
        }

        consumed = end + 2;
        return ReadStatus.Done;
    }

    // No zeros before a number, no zone, no address of the other family: two readers are not to read two things.
    private static bool TryParse(string address, string port, bool isV6, out IPEndPoint? endPoint)
    {
        endPoint = null;
        var isOfFamily = isV6
            ? address.Contains(':', StringComparison.Ordinal) && address.All(static one => char.IsAsciiHexDigit(one) || one is ':' or '.')
            : address.All(static one => char.IsAsciiDigit(one) || one == '.');
        if (!isOfFamily || !IPAddress.TryParse(address, out var parsed) || (!isV6 && parsed.ToString() != address)
            || port is ['0', _, ..] || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        endPoint = new IPEndPoint(parsed, number);
        return true;
    }

    private static ReadStatus TryReadBinary(ReadOnlySpan<byte> input, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        var (version, command) = (input[12] >> 4, input[12] & 0x0F);
        var length = FixedSize + BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        if (version != 2 || command is not (Local or Proxied) || length > MaxBytes)
        {
            return ReadStatus.Invalid;
        }

        // §2.2: the proxy's own connection counts as it is, whatever else it says. The others say what they are, in these bytes and no others.
        int? addressSize = command == Local ? null : AddressSizeOf(input[13]);
        if (command == Proxied && (addressSize is null || length < FixedSize + (2 * (addressSize + PortSizeOf(input[13])))))
        {
            return ReadStatus.Invalid;
        }

        if (input.Length < length)
        {
            return ReadStatus.NeedsMore;
        }

        if (addressSize is 4 or 16)
        {
            var size = addressSize.Value;
            var addresses = input[FixedSize..];
            header = new ProxyHeader(
                new IPEndPoint(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..])),
                new IPEndPoint(new IPAddress(addresses[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(addresses[((2 * size) + 2)..])));
        }

        consumed = length;
        return ReadStatus.Done;
    }

    /// <returns>Null for what must be rejected.</returns>
    private static int? AddressSizeOf(byte familyAndForm) => familyAndForm switch
    {
        0x00 => 0, // Not specified: as if it were the proxy's own.
        0x11 or 0x12 => 4,
        0x21 or 0x22 => 16,
        0x31 or 0x32 => 108, // Unix domain sockets, which have no port.
        _ => null,
    };

    private static int PortSizeOf(byte familyAndForm) => familyAndForm is >= 0x11 and <= 0x22 ? 2 : 0;
}
