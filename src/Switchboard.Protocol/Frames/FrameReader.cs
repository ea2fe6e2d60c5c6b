using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Frames;

internal enum ReadStatus
{
    /// <summary>Read whole.</summary>
    Done,

    /// <summary>Right so far; more bytes are needed, nothing was consumed.</summary>
    NeedsMore,

    /// <summary>No further byte can make it right.</summary>
    Invalid,
}

/// <summary>Reads a frame's header. Knows the wire's form only: what a role or a state allows is judged by the connection.</summary>
internal static class FrameReader
{
    /*   0 1 2 3 4 5 6 7   8 9 0 1 2 3 4 5      RFC 6455 §5.2
        +-+-+-+-+-------+ +-+-------------+
        |F|R|R|R| opcode| |M|   length    |  126: 16-bit length follows, 127: 64-bit length follows,
        |I|S|S|S|       | |A|             |  both in network byte order; then, if MASK is set,
        |N|V|V|V|       | |S|             |  four bytes of masking key
        +-+-+-+-+-------+ +-+-------------+                                                          */
    private const int FinBit = 0b1000_0000;
    private const int OpcodeBits = 0b0000_1111;
    private const int MaskBit = 0b1000_0000;
    private const int LengthBits = 0b0111_1111;
    private const int Length16 = 126;

    /// <param name="input">What has arrived, from the frame's first byte on.</param>
    /// <param name="header">The header, if <see cref="ReadStatus.Done"/>.</param>
    /// <param name="consumed">The header's size in bytes, if done; else 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadStatus TryRead(ReadOnlySpan<byte> input, out FrameHeader header, out int consumed)
    {
        if (input.Length < 2)
        {
            return Incomplete(out header, out consumed);
        }

        int first = input[0];
        int second = input[1];
        var isMasked = (second & MaskBit) != 0;
        long length = second & LengthBits;
        var size = 2;

        if (length >= Length16)
        {
            var status = ReadExtendedLength(input, ref length, ref size);
            if (status != ReadStatus.Done)
            {
                header = default;
                consumed = 0;
                return status;
            }
        }

        uint key = 0;
        if (isMasked)
        {
            if (input.Length < size + 4)
            {
                return Incomplete(out header, out consumed);
            }

            key = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(input), size));
            size += 4;
        }

        header = new FrameHeader((first & FinBit) != 0, (ReservedBits)first & ReservedBits.All, (Opcode)(first & OpcodeBits), isMasked, key, length);
        consumed = size;
        return ReadStatus.Done;
    }

    private static ReadStatus ReadExtendedLength(ReadOnlySpan<byte> input, ref long length, ref int size)
    {
        if (length == Length16)
        {
            if (input.Length < 4)
            {
                return ReadStatus.NeedsMore;
            }

            length = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
            size = 4;

            // RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length".
            return length < Length16 ? ReadStatus.Invalid : ReadStatus.Done;
        }

        if (input.Length < 10)
        {
            return ReadStatus.NeedsMore;
        }

        length = BinaryPrimitives.ReadInt64BigEndian(input[2..]);
        size = 10;

        // RFC 6455 §5.2: of the 64 bits "the most significant bit MUST be 0"; and minimal, as above.
        return length <= ushort.MaxValue ? ReadStatus.Invalid : ReadStatus.Done;
    }

    private static ReadStatus Incomplete(out FrameHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        return ReadStatus.NeedsMore;
    }
}
