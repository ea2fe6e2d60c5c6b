using System.Buffers.Binary;

namespace Switchboard.LoadTest.Wire;

/// <summary>Masked client frames.</summary>
internal static class Frames
{
    private const byte FinBit = 0b1000_0000;
    private const byte MaskBit = 0b1000_0000;
    private const int MaskLength = 4;

    /// <summary>Letters, so that the same payload serves as text and as binary.</summary>
    public static byte[] Payload(int size)
    {
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
        {
            payload[i] = (byte)('a' + (i % 26));
        }

        return payload;
    }

    public static byte[] Single(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength(payload.Length) + payload.Length];
        Write(frame, opcode, payload, MaskingKey(0));
        return frame;
    }

    public static int HeaderLength(int size) => MaskLength + size switch
    {
        <= 125 => 2,
        <= ushort.MaxValue => 4,
        _ => 10,
    };

    // The same keys in every run; never zero, which a server might skip, and never four equal bytes.
    public static uint MaskingKey(int index) => 0x9E3779B9u * ((uint)index + 1) | 0x01000080u;

    /*  0 1 2 3 4 5 6 7 8 9 …      RFC 6455 §5.2
       |F|R|R|R|opcode|M| length | extended length | masking key | masked payload |   */
    public static void Write(Span<byte> frame, Opcode opcode, ReadOnlySpan<byte> payload, uint maskingKey)
    {
        frame[0] = (byte)(FinBit | (byte)opcode);
        var header = HeaderLength(payload.Length);
        switch (header - MaskLength)
        {
            case 2:
                frame[1] = (byte)(MaskBit | payload.Length);
                break;
            case 4:
                frame[1] = MaskBit | 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payload.Length);
                break;
            default:
                frame[1] = MaskBit | 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)payload.Length);
                break;
        }

        var key = frame.Slice(header - MaskLength, MaskLength);
        BinaryPrimitives.WriteUInt32BigEndian(key, maskingKey);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[header + i] = (byte)(payload[i] ^ key[i % MaskLength]);
        }
    }
}
