namespace Switchboard.Conformance.Deflate;

/// <summary>The codes of a fixed block (RFC 1951 §3.2.6).</summary>
internal static class FixedCodes
{
    internal static void WriteSymbol(BitWriter output, int symbol)
    {
        switch (symbol)
        {
            case < 144:
                output.WriteCode(0b0011_0000 + symbol, 8);
                break;
            case < 256:
                output.WriteCode(0b1_1001_0000 + symbol - 144, 9);
                break;
            case < 280:
                output.WriteCode(symbol - 256, 7);
                break;
            default:
                output.WriteCode(0b1100_0000 + symbol - 280, 8);
                break;
        }
    }

    internal static void WriteMatch(BitWriter output, int length, int distance)
    {
        var index = LengthCodes.IndexOf(LengthCodes.LengthBase, length);
        WriteSymbol(output, 257 + index);
        output.Write(length - LengthCodes.LengthBase[index], LengthCodes.LengthExtra[index]);

        index = LengthCodes.IndexOf(LengthCodes.DistanceBase, distance);
        output.WriteCode(index, 5);
        output.Write(distance - LengthCodes.DistanceBase[index], LengthCodes.DistanceExtra[index]);
    }
}
