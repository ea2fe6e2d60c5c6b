namespace Switchboard.Conformance.Deflate;

/// <summary>Payloads that no inflater may take.</summary>
internal static class BadData
{
    internal static IEnumerable<(string Name, byte[] Payload)> All =>
    [
        ("a block of the reserved type", [0x06]),
        ("a block of the reserved type that says it is the last", [0x07]),
        ("nothing but FF", [0xFF, 0xFF, 0xFF, 0xFF]),
        ("a stored block whose length is not confirmed", [0x00, 0x05, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5]),
        ("text that is not compressed", "hello, hello, hello"u8.ToArray()),
        ("a distance to before all data", Fixed(output => FixedCodes.WriteMatch(output, 3, 1))),
        ("a distance that is one too far", Fixed(output =>
        {
            FixedCodes.WriteSymbol(output, 'a');
            FixedCodes.WriteSymbol(output, 'b');
            FixedCodes.WriteMatch(output, 3, 3);
        })),
        ("a length without a meaning", Fixed(output => FixedCodes.WriteSymbol(output, 286))),
        ("a distance without a meaning", Fixed(output =>
        {
            FixedCodes.WriteSymbol(output, 'a');
            FixedCodes.WriteSymbol(output, 257);
            output.WriteCode(30, 5);
        })),
        ("too many symbols in a dynamic block", Bits(output =>
        {
            output.Write(0b101, 3);
            output.Write(31, 5);
            output.Write(31, 5);
            output.Write(15, 4);
        })),
        ("code lengths that cannot be", Bits(output =>
        {
            output.Write(0b101, 3);
            output.Write(0, 5);
            output.Write(0, 5);
            output.Write(15, 4);
            for (var i = 0; i < 19; i++)
            {
                output.Write(1, 3);
            }
        })),
    ];

    /// <summary>A stored block of which the end is missing.</summary>
    internal static byte[] Cut => [0x00, 100, 0, 0xFF - 100, 0xFF, 1, 2, 3, 4, 5];

    /// <summary>A distance to a byte of the message before.</summary>
    internal static byte[] ReferenceBack => Fixed(output => FixedCodes.WriteMatch(output, 3, 5));

    private static byte[] Fixed(Action<BitWriter> write) => Bits(output =>
    {
        output.Write(0b010, 3);
        write(output);
        FixedCodes.WriteSymbol(output, LengthCodes.EndOfBlock);
        output.Write(0, 3);
    });

    private static byte[] Bits(Action<BitWriter> write)
    {
        var output = new BitWriter();
        write(output);
        output.Align();
        return output.ToArray();
    }
}
