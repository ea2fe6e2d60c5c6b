namespace Switchboard.Fuzz.Seeds;

/// <summary>Each class of UTF-8, right and wrong (table 3-7 of the Unicode standard). The first byte cuts.</summary>
internal static class TextSeeds
{
    internal static IReadOnlyList<(string Name, byte[] Bytes)> Texts { get; } =
    [
        ("empty", []),
        ("ascii", [.. "The quick brown fox jumps over the lazy dog, and then some more text for whoever reads many bytes at once."u8]),
        ("two-bytes", [.. "Grüße, ÄÖÜ"u8]),
        ("three-bytes", [.. "κόσμε €, 日本語"u8]),
        ("four-bytes", [.. "😀𝄞 and 😀"u8]),
        ("first-of-each-length", Convert.FromHexString("00C280E0A080F0908080")),
        ("last-of-each-length", Convert.FromHexString("7FDFBFEFBFBFF48FBFBF")),
        ("beside-the-surrogates", Convert.FromHexString("ED9FBFEE8080")),
        ("byte-order-mark", Convert.FromHexString("EFBBBF61")),
        ("lone-continuation", Convert.FromHexString("6180")),
        ("overlong-two", Convert.FromHexString("C0AF")),
        ("overlong-three", Convert.FromHexString("61E080AF")),
        ("overlong-four", Convert.FromHexString("F08080AF")),
        ("surrogate", Convert.FromHexString("616263EDA080646566")),
        ("beyond-the-last", Convert.FromHexString("F4908080")),
        ("five-bytes", Convert.FromHexString("F888808080")),
        ("never-a-byte", Convert.FromHexString("61FEFF")),
        ("cut-two", Convert.FromHexString("61C3")),
        ("cut-three", Convert.FromHexString("61E282")),
        ("cut-four", Convert.FromHexString("61F09F98")),
        ("wrong-late", Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5F4908080656469746564")),
        ("continuation-missing", Convert.FromHexString("E28261")),
    ];

    internal static IEnumerable<Seed> All =>
        from text in Texts
        from cut in new (string Name, byte Choice)[] { ("", 0x01), ("-in-larger-pieces", 0x23) }
        where cut.Choice == 0x01 || text.Bytes.Length > 20
        select new Seed("messages", text.Name + cut.Name, [cut.Choice, .. text.Bytes]);
}
