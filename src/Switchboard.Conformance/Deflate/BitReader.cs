namespace Switchboard.Conformance.Deflate;

/// <summary>Reads bits, the lowest of a byte first (RFC 1951 §3.1.1).</summary>
internal sealed class BitReader(byte[] bytes)
{
    private int _position;
    private uint _bits;
    private int _count;

    internal bool IsAtEnd => _position == bytes.Length && _count == 0;

    internal int Read(int count)
    {
        while (_count < count)
        {
            if (_position == bytes.Length)
            {
                throw new InvalidDeflateException("the data ends within a block");
            }

            _bits |= (uint)bytes[_position++] << _count;
            _count += 8;
        }

        var value = _bits & ((1u << count) - 1);
        _bits >>= count;
        _count -= count;
        return (int)value;
    }

    /// <summary>Drops the rest of a byte that was begun.</summary>
    internal void Align()
    {
        _bits >>= _count & 7;
        _count -= _count & 7;
    }
}
