using System.Text;

namespace Switchboard.Fuzz.Seeds;

/// <summary>PROXY protocol headers of both versions.</summary>
internal static class ProxyHeaderSeeds
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    internal static IReadOnlyList<Seed> All { get; } =
    [
        Line("tcp4", "PROXY TCP4 192.0.2.1 198.51.100.2 49152 443\r\nGET / HTTP/1.1\r\n"),
        Line("tcp6", "PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 49152 443\r\n"),
        Line("unknown", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"),
        Line("longest", $"PROXY UNKNOWN {new string('x', 91)}\r\n"),
        Line("too-long", $"PROXY UNKNOWN {new string('x', 92)}\r\n"),
        Line("bad-port", "PROXY TCP4 192.0.2.1 198.51.100.2 049152 443\r\n"),
        Line("not-one", "GET / HTTP/1.1\r\n\r\n"),
        Binary("inet", "2111000CC0000201C6336402C00001BB"),
        Binary("inet-datagram", "2112000CC0000201C6336402C00001BB"),
        Binary("inet6", "2121002420010DB800000000000000000000000100000000000000000000000000000001C00001BB"),
        Binary("unix", "213100D8" + new string('4', 432)),
        Binary("tlv", "21110013C0000201C6336402C00001BB0400040000000047"),
        Binary("local", "20000000"),
        Binary("local-with-addresses", "2011000CC0000201C6336402C00001BB"),
        Binary("not-specified", "21000000"),
        Binary("too-short", "2111000BC0000201C6336402C00001"),
        Binary("longest", "20000FF0"),
        Binary("too-long", "20000FF1"),
    ];

    private static Seed Line(string name, string text) => new("proxy-header", $"v1-{name}", Encoding.Latin1.GetBytes(text));

    private static Seed Binary(string name, string hex) => new("proxy-header", $"v2-{name}", Convert.FromHexString(Signature + hex));
}
