namespace Switchboard.Fuzz.Seeds;

/// <summary>DEFLATE by hand (RFC 1951), so that the seeds do not change with the compressor.</summary>
internal sealed class DeflateBits
{
    private readonly List<byte> _bytes = [];
    private int _bits;

    /// <summary>A number, least significant bit first (§3.1.1).</summary>
    internal DeflateBits Number(int value, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (_bits % 8 == 0)
            {
                _bytes.Add(0);
            }

            _bytes[^1] |= (byte)(((value >> i) & 1) << (_bits % 8));
            _bits++;
        }

        return this;
    }

    /// <summary>A Huffman code, most significant bit first (§3.1.1).</summary>
    internal DeflateBits Code(int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            Number((value >> i) & 1, 1);
        }

        return this;
    }

    /// <summary>§3.2.4: a stored block.</summary>
    internal DeflateBits Stored(ReadOnlySpan<byte> data, bool isFinal = false)
    {
        Number(isFinal ? 1 : 0, 1).Number(0, 2);
        _bits = _bytes.Count * 8;
        Number(data.Length, 16).Number(~data.Length, 16);
        foreach (var value in data)
        {
            Number(value, 8);
        }

        return this;
    }

    /// <summary>§3.2.6: a block of fixed codes begins.</summary>
    internal DeflateBits Fixed(bool isFinal = false) => Number(isFinal ? 1 : 0, 1).Number(1, 2);

    internal DeflateBits Literals(ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            _ = value < 144 ? Code(0x30 + value, 8) : Code(0x190 + value - 144, 9);
        }

        return this;
    }

    /// <summary>258 bytes from so far back: length code 285, and the distance's code with its extra bits.</summary>
    internal DeflateBits Repeat258(int distanceCode, int extra, int extraBits) =>
        Code(0xC0 + 285 - 280, 8).Code(distanceCode, 5).Number(extra, extraBits);

    internal DeflateBits EndOfBlock() => Code(0, 7);

    /// <summary>What a sync flush leaves when its last four bytes are taken off (RFC 7692 §7.2.1).</summary>
    internal byte[] Flushed() => [.. Stored([])._bytes[..^4]];

    internal byte[] Bytes() => [.. _bytes];
}
