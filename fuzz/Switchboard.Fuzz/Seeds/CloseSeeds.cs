using System.Text;

namespace Switchboard.Fuzz.Seeds;

/// <summary>Close frames' bodies.</summary>
internal static class CloseSeeds
{
    internal static IReadOnlyList<(string Name, byte[] Bytes)> Bodies { get; } =
    [
        ("empty", []),
        ("one-byte", [3]),
        .. from code in new[] { 0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535 }
           select ($"code-{code}", Body(code, "")),
        ("reason", Body(1000, "bye")),
        ("reason-in-four-bytes", Body(4001, "😀€é")),
        ("reason-longest", Body(1001, new string('x', 123))),
        ("reason-longest-cut", [.. Body(1001, new string('x', 122)), 0xC3]),
        ("reason-not-utf8", [.. Body(1000, "a"), 0xED, 0xA0, 0x80]),
        ("reason-with-replacement", Body(1000, "\uFFFD")),
        ("utf16", [.. Encoding.Unicode.GetBytes(string.Concat(Enumerable.Repeat("x😀é", 20)))]),
        ("utf16-lone-surrogates", [0x3D, 0xD8, 0x61, 0x00, 0x00, 0xDE, 0x3D, 0xD8]),
    ];

    internal static IEnumerable<Seed> All => Bodies.Select(body => new Seed("close", body.Name, body.Bytes));

    private static byte[] Body(int code, string reason) => [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];
}
