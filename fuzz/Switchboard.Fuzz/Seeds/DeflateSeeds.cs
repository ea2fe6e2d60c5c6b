namespace Switchboard.Fuzz.Seeds;

/// <summary>
/// DEFLATE streams of every kind of block. The first three bytes choose what was agreed on, cut into fragments, and cut into two messages.
/// </summary>
internal static class DeflateSeeds
{
    // "Hello" as RFC 7692 §7.2.3 has it, and a block of dynamic codes as zlib has made it once.
    private static readonly byte[] Hello = Convert.FromHexString("F248CDC9C90700");

    private static readonly byte[] Dynamic = Convert.FromHexString(DynamicHex);

    private const string DynamicHex = "8CD1310EC3200C05D0ABF8001930C680D5D3240A55A5A020B548B97E17B3FFFD6D2FD031E6ECED47E34D476B5F1A37CD4FA367EF7DA3B95F8D029DE3B95F646C8066D7552AA0A3EBA205D0E23A970CE8E45A4D01AD4B730274769D44005D5C8B464057D7B130A0CD355B407656260728736DFE01";

    /// <summary>Payloads of compressed messages.</summary>
    internal static IReadOnlyList<(string Name, byte[] Bytes)> Payloads { get; } =
    [
        ("hello", Hello),
        ("hello-final-block", Convert.FromHexString("F348CDC9C9070000")),
        ("hello-final-block-without-tail", Convert.FromHexString("F348CDC9C90700")),
        ("hello-stored", Convert.FromHexString("000500FAFF48656C6C6F00")),
        ("hello-in-two-blocks", Convert.FromHexString("F248050000 00FFFFCAC9C90700".Replace(" ", "", StringComparison.Ordinal))),
        ("empty", []),
        ("empty-block", [0x00]),
        ("stored", new DeflateBits().Stored("stored"u8).Flushed()),
        ("stored-final", new DeflateBits().Stored("stored"u8, isFinal: true).Bytes()),
        ("stored-twice-final", new DeflateBits().Stored("one"u8, isFinal: true).Stored("two"u8, isFinal: true).Bytes()),
        ("stored-length-wrong", Convert.FromHexString("000500FAFE48656C6C6F00")),
        ("stored-cut", Convert.FromHexString("000500FAFF4865")),
        ("fixed", new DeflateBits().Fixed().Literals("fixed \xFF codes"u8).EndOfBlock().Flushed()),
        ("fixed-final-then-another", [.. new DeflateBits().Fixed(isFinal: true).Literals("one"u8).EndOfBlock().Bytes(), .. Hello]),
        ("repeat", new DeflateBits().Fixed().Literals("ab"u8).Repeat258(1, 0, 0).EndOfBlock().Flushed()),
        ("too-far-back", new DeflateBits().Fixed().Literals("ab"u8).Repeat258(3, 0, 0).EndOfBlock().Flushed()),
        ("distance-reserved", new DeflateBits().Fixed().Literals("ab"u8).Repeat258(30, 0, 0).EndOfBlock().Flushed()),
        ("block-reserved", new DeflateBits().Number(0b110, 3).Flushed()),
        ("cut-in-block", new DeflateBits().Fixed().Literals("cut"u8).Bytes()),
        ("dynamic", Dynamic),
        ("dynamic-cut", Dynamic[..(Dynamic.Length / 2)]),
        ("600-back", FarBack(600)),
        ("2000-back", FarBack(2000)),
        ("bomb", Bomb(900)),
    ];

    private static readonly byte[] Text =
        [.. "In the beginning the text repeats itself, the text repeats itself, and the text repeats itself again. 0123456789 0123456789"u8];

    internal static IEnumerable<Seed> All =>
    [
        .. from payload in Payloads
           from agreed in new (string Suffix, byte Choice)[] { ("", 1), ("-with-context", 2) }
           select new Seed("deflate", payload.Name + agreed.Suffix, [agreed.Choice, 0x23, 0, .. payload.Bytes]),
        new("deflate", "600-back-small-window", [5, 0x23, 0, .. FarBack(600)]),
        new("deflate", "two-messages-with-context", [2, 0x23, 128, .. Hello, .. SecondHello]),
        new("deflate", "two-messages-without-context", [1, 0x23, 128, .. Hello, .. SecondHello]),
        new("deflate", "two-messages-the-same", [2, 0x11, 128, .. Hello, .. Hello]),
        .. from level in new byte[] { 0, 5, 8 }
           from kept in new (string Suffix, byte Bit)[] { ("", 0), ("-with-context", 0x80) }
           select new Seed("compression", $"text-level-{level + 1}{kept.Suffix}", [(byte)(level | kept.Bit), 0x06, 3, .. Text, .. Text]),
        new("compression", "small-window", [0x80, 0x00, 2, .. Enumerable.Repeat(Text, 8).SelectMany(text => text)]),
        new("compression", "little-room", [0x80, 0x16, 5, .. Text, .. Text]),
        new("compression", "no-room", [0x80, 0x26, 7, .. Text, .. Text]),
        new("compression", "incompressible", [0x84, 0x06, 1, .. Noise(300)]),
        new("compression", "zeros", [0x05, 0x03, 0, .. new byte[2000]]),
        new("compression", "one-byte", [0x85, 0x06, 0, 0x61]),
    ];

    /// <summary>RFC 7692 §7.2.3.2: the second "Hello" refers to the first.</summary>
    internal static byte[] SecondHello { get; } = Convert.FromHexString("F200110000");

    /// <summary>So many times 258 bytes out of a byte and a half each.</summary>
    internal static byte[] Bomb(int times)
    {
        var bits = new DeflateBits().Fixed().Literals("a"u8);
        for (var i = 0; i < times; i++)
        {
            bits.Repeat258(0, 0, 0);
        }

        return bits.EndOfBlock().Flushed();
    }

    /// <summary>So many bytes as they are, and then a reference to the first of them.</summary>
    private static byte[] FarBack(int distance) =>
        distance == 600
            ? new DeflateBits().Stored(Noise(600)).Fixed().Repeat258(18, 600 - 513, 8).EndOfBlock().Flushed()
            : new DeflateBits().Stored(Noise(2000)).Fixed().Repeat258(21, 2000 - 1537, 9).EndOfBlock().Flushed();

    private static byte[] Noise(int size)
    {
        var noise = new byte[size];
        var state = 1u;
        for (var i = 0; i < size; i++)
        {
            state = (state * 1664525) + 1013904223;
            noise[i] = (byte)(state >> 24);
        }

        return noise;
    }
}
