using System.Buffers.Binary;

namespace Switchboard.Conformance.Wire;

/// <summary>Turns frames into bytes.</summary>
/// <remarks>
/// RFC 6455 §5.2:
/// <code>
/// |F|R|R|R|opcode|M| length | 16 or 64 bits more | key | payload |
/// </code>
/// </remarks>
internal static class FrameBytes
{
    internal static byte[] Of(bool isMasked, params IEnumerable<Frame> frames)
    {
        using var bytes = new MemoryStream();
        foreach (var frame in frames)
        {
            Write(bytes, frame, isMasked ^ frame.IsMaskedWrongly);
        }

        return bytes.ToArray();
    }

    private static void Write(MemoryStream bytes, Frame frame, bool isMasked)
    {
        Span<byte> number = stackalloc byte[8];
        var length = frame.Announced ?? (ulong)frame.Payload.Length;
        var mask = isMasked ? 0x80 : 0;
        bytes.WriteByte((byte)((frame.Fin ? 0x80 : 0) | (frame.Reserved << 4) | frame.Opcode));
        switch (FormOf(frame, length))
        {
            case LengthForm.Shortest:
                bytes.WriteByte((byte)(mask | (int)length));
                break;
            case LengthForm.SixteenBits:
                bytes.WriteByte((byte)(mask | 126));
                BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)length);
                bytes.Write(number[..2]);
                break;
            default:
                bytes.WriteByte((byte)(mask | 127));
                BinaryPrimitives.WriteUInt64BigEndian(number, length);
                bytes.Write(number);
                break;
        }

        if (isMasked)
        {
            var key = number[..4];
            Random.Shared.NextBytes(key);
            bytes.Write(key);
            bytes.Write(Masked(frame.Payload, key));
        }
        else
        {
            bytes.Write(frame.Payload);
        }
    }

    private static LengthForm FormOf(Frame frame, ulong length) =>
        frame.LengthForm != LengthForm.Shortest ? frame.LengthForm
        : length < 126 ? LengthForm.Shortest
        : length <= ushort.MaxValue ? LengthForm.SixteenBits
        : LengthForm.SixtyFourBits;

    // RFC 6455 §5.3: byte i of the payload is combined with byte i modulo 4 of the key.
    internal static byte[] Masked(byte[] payload, ReadOnlySpan<byte> key)
    {
        var masked = new byte[payload.Length];
        for (var i = 0; i < payload.Length; i++)
        {
            masked[i] = (byte)(payload[i] ^ key[i & 3]);
        }

        return masked;
    }
}
