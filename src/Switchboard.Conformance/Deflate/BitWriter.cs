namespace Switchboard.Conformance.Deflate;

/// <summary>Writes bits, the lowest of a byte first (RFC 1951 §3.1.1).</summary>
internal sealed class BitWriter
{
    private readonly List<byte> _bytes = [];
    private uint _bits;
    private int _count;

    internal void Write(int value, int count)
    {
        _bits |= (uint)value << _count;
        _count += count;
        while (_count >= 8)
        {
            _bytes.Add((byte)_bits);
            _bits >>= 8;
            _count -= 8;
        }
    }

    /// <summary>A Huffman code goes with its highest bit first.</summary>
    internal void WriteCode(int code, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--)
        {
            Write((code >> bit) & 1, 1);
        }
    }

    internal void Align()
    {
        if (_count > 0)
        {
            Write(0, 8 - _count);
        }
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Align();
        _bytes.AddRange(bytes);
    }

    internal byte[] ToArray() => [.. _bytes];
}
