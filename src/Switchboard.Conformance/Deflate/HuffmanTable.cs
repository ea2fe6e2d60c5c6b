namespace Switchboard.Conformance.Deflate;

/// <summary>A canonical Huffman code (RFC 1951 §3.2.2), read bit by bit.</summary>
internal sealed class HuffmanTable
{
    private const int MaxBits = 15;
    private readonly int[] _counts = new int[MaxBits + 1];
    private readonly int[] _symbols;

    internal HuffmanTable(ReadOnlySpan<byte> lengths)
    {
        _symbols = new int[lengths.Length];
        foreach (var length in lengths)
        {
            _counts[length]++;
        }

        _counts[0] = 0;
        var left = 1;
        Span<int> offsets = stackalloc int[MaxBits + 2];
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            left = (left << 1) - _counts[bits];
            if (left < 0)
            {
                throw new InvalidDeflateException("a Huffman code has more symbols than its lengths allow");
            }

            offsets[bits + 1] = offsets[bits] + _counts[bits];
        }

        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
            {
                _symbols[offsets[lengths[symbol]]++] = symbol;
            }
        }
    }

    internal int Read(BitReader input)
    {
        int code = 0, first = 0, index = 0;
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            code |= input.Read(1);
            var count = _counts[bits];
            if (code - count < first)
            {
                return _symbols[index + code - first];
            }

            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        throw new InvalidDeflateException("bits that are no Huffman code");
    }
}
