namespace Switchboard.Conformance.Deflate;

/// <summary>The lengths and distances that a code stands for (RFC 1951 §3.2.5).</summary>
internal static class LengthCodes
{
    internal const int EndOfBlock = 256;
    internal const int MinMatch = 3;
    internal const int MaxMatch = 258;

    internal static ReadOnlySpan<short> LengthBase =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    internal static ReadOnlySpan<byte> LengthExtra =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    internal static ReadOnlySpan<short> DistanceBase =>
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
        16385, 24577,
    ];

    internal static ReadOnlySpan<byte> DistanceExtra =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>RFC 1951 §3.2.6: the code lengths of a fixed block.</summary>
    internal static byte[] FixedLengths() =>
        [.. Enumerable.Range(0, 288).Select(symbol => (byte)(symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8))];

    internal static byte[] FixedDistances() => [.. Enumerable.Repeat((byte)5, 30)];

    /// <returns>The index of the last base that is not above the value.</returns>
    internal static int IndexOf(ReadOnlySpan<short> bases, int value)
    {
        var index = bases.Length - 1;
        while (bases[index] > value)
        {
            index--;
        }

        return index;
    }
}
