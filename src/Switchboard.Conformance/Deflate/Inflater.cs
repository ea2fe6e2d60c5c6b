namespace Switchboard.Conformance.Deflate;

/// <summary>
/// RFC 1951, with an eye on what was agreed (RFC 7692 §7.1): no distance reaches beyond the window, and none into an earlier message
/// unless its context is taken over.
/// </summary>
internal sealed class Inflater(int windowBits, bool takesOver)
{
    private static readonly HuffmanTable FixedLengths = new(LengthCodes.FixedLengths());
    private static readonly HuffmanTable FixedDistances = new(LengthCodes.FixedDistances());

    // RFC 1951 §3.2.7.
    private static readonly byte[] LengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly int _window = 1 << windowBits;
    private byte[] _output = [];
    private int _length;

    /// <summary>RFC 7692 §7.2.2: the message of a compressed payload.</summary>
    internal byte[] Inflate(byte[] payload)
    {
        // A payload without a byte is what some peers make of an empty message.
        if (payload.Length == 0)
        {
            return [];
        }

        var start = KeepHistory();
        var input = new BitReader([.. payload, 0x00, 0x00, 0xFF, 0xFF]);
        while (!input.IsAtEnd)
        {
            var isFinal = input.Read(1) == 1;
            ReadBlock(input);
            if (isFinal)
            {
                // RFC 7692 §7.2.3.4: what follows a final block begins with a byte.
                input.Align();
            }
        }

        return _output[start.._length];
    }

    // RFC 1951 §2: 32 KiB is the most that a distance can reach.
    private int KeepHistory()
    {
        var kept = takesOver ? Math.Min(_length, 32 * 1024) : 0;
        _output = _output[(_length - kept).._length];
        _length = kept;
        return kept;
    }

    private void ReadBlock(BitReader input)
    {
        switch (input.Read(2))
        {
            case 0:
                ReadStored(input);
                break;
            case 1:
                ReadCompressed(input, FixedLengths, FixedDistances);
                break;
            case 2:
                ReadDynamic(input);
                break;
            default:
                throw new InvalidDeflateException("a block of the reserved type 3");
        }
    }

    private void ReadStored(BitReader input)
    {
        input.Align();
        var length = input.Read(16);
        if (length != (~input.Read(16) & 0xFFFF))
        {
            throw new InvalidDeflateException("a stored block whose length is not confirmed");
        }

        for (; length > 0; length--)
        {
            Add((byte)input.Read(8));
        }
    }

    private void ReadDynamic(BitReader input)
    {
        var lengthCount = input.Read(5) + 257;
        var distanceCount = input.Read(5) + 1;
        var orderCount = input.Read(4) + 4;
        var lengths = new byte[19];
        for (var i = 0; i < orderCount; i++)
        {
            lengths[LengthOrder[i]] = (byte)input.Read(3);
        }

        var codes = ReadCodeLengths(input, new HuffmanTable(lengths), lengthCount + distanceCount);
        ReadCompressed(input, new HuffmanTable(codes.AsSpan(0, lengthCount)), new HuffmanTable(codes.AsSpan(lengthCount)));
    }

    private static byte[] ReadCodeLengths(BitReader input, HuffmanTable table, int count)
    {
        var codes = new List<byte>(count);
        while (codes.Count < count)
        {
            var symbol = table.Read(input);
            if (symbol == 16 && codes.Count == 0)
            {
                throw new InvalidDeflateException("a repetition of nothing");
            }

            codes.AddRange(symbol switch
            {
                < 16 => [(byte)symbol],
                16 => Enumerable.Repeat(codes[^1], 3 + input.Read(2)),
                17 => Enumerable.Repeat((byte)0, 3 + input.Read(3)),
                _ => Enumerable.Repeat((byte)0, 11 + input.Read(7)),
            });
        }

        return codes.Count == count ? [.. codes] : throw new InvalidDeflateException("more code lengths than were announced");
    }

    private void ReadCompressed(BitReader input, HuffmanTable lengths, HuffmanTable distances)
    {
        while (true)
        {
            var symbol = lengths.Read(input);
            switch (symbol)
            {
                case LengthCodes.EndOfBlock:
                    return;
                case < LengthCodes.EndOfBlock:
                    Add((byte)symbol);
                    break;
                default:
                    Copy(
                        ReadValue(input, symbol - 257, LengthCodes.LengthBase, LengthCodes.LengthExtra),
                        ReadValue(input, distances.Read(input), LengthCodes.DistanceBase, LengthCodes.DistanceExtra));
                    break;
            }
        }
    }

    private static int ReadValue(BitReader input, int index, ReadOnlySpan<short> bases, ReadOnlySpan<byte> extra) =>
        index < bases.Length ? bases[index] + input.Read(extra[index]) : throw new InvalidDeflateException("a symbol that has no meaning");

    private void Copy(int length, int distance)
    {
        if (distance > _window)
        {
            throw new InvalidDeflateException($"a distance of {distance}, and the agreed window has {_window} bytes");
        }

        if (distance > _length)
        {
            throw new InvalidDeflateException(
                takesOver ? "a distance to before all data" : "a distance to before the message, and no context is taken over");
        }

        for (; length > 0; length--)
        {
            Add(_output[_length - distance]);
        }
    }

    private void Add(byte value)
    {
        if (_length == _output.Length)
        {
            Array.Resize(ref _output, Math.Max(1024, _length * 2));
        }

        _output[_length++] = value;
    }
}
