using System.Text;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Proxies;

namespace Switchboard.Protocol.Tests.Proxies;

/// <summary>HAProxy's "The PROXY protocol", versions 1 (§2.1) and 2 (§2.2).</summary>
public sealed class Proxy_protocol
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 49152 443\r\n", "192.0.2.1:49152", "198.51.100.2:443")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 49152 443\r\n", "[2001:db8::1]:49152", "[::1]:443")]
    [InlineData("PROXY TCP6 2001:0DB8:0:0:0:0:0:1 ::ffff:192.0.2.1 1 2\r\n", "[2001:db8::1]:1", "[::ffff:192.0.2.1]:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", null, null)]
    [InlineData("PROXY UNKNOWN \u0001\r\r\n", null, null)]
    public void Version_1_is_a_line(string line, string? source, string? destination) =>
        IsRead(Encoding.Latin1.GetBytes(line), source, destination);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("PROXY\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n")]
    [InlineData("PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.513 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 0x7f.0.0.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 ::1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1] ::1 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\nGET / HTTP/1.1\r\n")]
    public void Anything_else_is_no_line(string line) => IsInvalid(Encoding.Latin1.GetBytes(line));

    [Fact]
    public void A_line_has_107_bytes_at_most()
    {
        IsRead(Encoding.Latin1.GetBytes($"PROXY UNKNOWN {new string('x', 107 - 16)}\r\n"), null, null);
        IsInvalid(Encoding.Latin1.GetBytes($"PROXY UNKNOWN {new string('x', 107 - 15)}\r\n"));
        IsInvalid(Encoding.Latin1.GetBytes($"PROXY UNKNOWN {new string('x', 200)}"));
    }

    [Theory]
    [InlineData("2111000C" + "C0000201" + "C6336402" + "C00001BB", "192.0.2.1:49152", "198.51.100.2:443")] // TCP over IPv4
    [InlineData("2112000C" + "C0000201" + "C6336402" + "C00001BB", "192.0.2.1:49152", "198.51.100.2:443")] // UDP
    [InlineData("21210024" + "20010DB8000000000000000000000001" + "00000000000000000000000000000001" + "C00001BB", "[2001:db8::1]:49152", "[::1]:443")]
    [InlineData("21110013" + "C0000201" + "C6336402" + "C00001BB" + "04000400000000", "192.0.2.1:49152", "198.51.100.2:443")] // and a TLV
    [InlineData("20000000", null, null)] // LOCAL
    [InlineData("2011000C" + "C0000201" + "C6336402" + "C00001BB", null, null)] // LOCAL, with addresses that do not count
    [InlineData("20FF0002" + "0000", null, null)]
    [InlineData("21000000", null, null)] // not specified
    [InlineData("21000003" + "040000", null, null)]
    public void Version_2_is_binary(string hex, string? source, string? destination) =>
        IsRead(Convert.FromHexString(Signature + hex), source, destination);

    [Fact]
    public void A_unix_domain_socket_has_no_IP_address()
    {
        IsRead([.. Convert.FromHexString(Signature + "213100D8"), .. new byte[216]], null, null);
        IsInvalid([.. Convert.FromHexString(Signature + "213100D7"), .. new byte[215]]);
    }

    [Theory]
    [InlineData("1111000C" + "C0000201" + "C6336402" + "C00001BB")] // another version
    [InlineData("3111000C" + "C0000201" + "C6336402" + "C00001BB")]
    [InlineData("2211000C" + "C0000201" + "C6336402" + "C00001BB")] // another command
    [InlineData("2110000C" + "C0000201" + "C6336402" + "C00001BB")] // no form
    [InlineData("2113000C" + "C0000201" + "C6336402" + "C00001BB")] // another form
    [InlineData("2141000C" + "C0000201" + "C6336402" + "C00001BB")] // another family
    [InlineData("2101000C" + "C0000201" + "C6336402" + "C00001BB")] // no family, but a form
    [InlineData("2111000B" + "C0000201" + "C6336402" + "C00001")] // too short for its addresses
    [InlineData("21210023")]
    [InlineData("2111FFFF")] // longer than we read
    [InlineData("20000FF1")]
    public void Anything_else_is_not_version_2(string hex) => IsInvalid(Convert.FromHexString(Signature + hex));

    [Fact]
    public void The_longest_is_4096_bytes() => IsRead([.. Convert.FromHexString(Signature + "20000FF0"), .. new byte[4080]], null, null);

    [Fact]
    public void A_signature_that_is_wrong_is_known_at_once()
    {
        var bytes = Convert.FromHexString(Signature);
        for (var i = 0; i < bytes.Length; i++)
        {
            byte[] wrong = [.. bytes[..i], (byte)(bytes[i] ^ 0x80)];
            Assert.Equal(ReadStatus.Invalid, ProxyHeaderReader.TryRead(wrong, out _, out _));
        }
    }

    // Whole, with bytes behind it that are not its own, and byte by byte.
    private static void IsRead(byte[] bytes, string? source, string? destination)
    {
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ReadStatus.NeedsMore, ProxyHeaderReader.TryRead(bytes.AsSpan(0, length), out _, out var none));
            Assert.Equal(0, none);
        }

        Assert.Equal(ReadStatus.Done, ProxyHeaderReader.TryRead([.. bytes, .. "\r\nGET"u8], out var header, out var consumed));
        Assert.Equal((bytes.Length, source, destination), (consumed, header.Source?.ToString(), header.Destination?.ToString()));
    }

    private static void IsInvalid(byte[] bytes)
    {
        Assert.Equal(ReadStatus.Invalid, ProxyHeaderReader.TryRead(bytes, out var header, out var consumed));
        Assert.Equal((default, 0), (header, consumed));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.NotEqual(ReadStatus.Done, ProxyHeaderReader.TryRead(bytes.AsSpan(0, length), out _, out _));
        }
    }
}
