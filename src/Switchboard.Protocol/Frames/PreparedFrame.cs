namespace Switchboard.Protocol.Frames;

/// <summary>A server's message, framed once for any number of receivers.</summary>
internal static class PreparedFrame
{
    internal static byte[] Create(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[SizeFor(payload.Length)];
        payload.CopyTo(Begin(frame, opcode, payload.Length));
        return frame;
    }

    /// <returns>The size of the whole frame, in bytes.</returns>
    internal static int SizeFor(int payloadLength) => FrameHeader.SizeFor(payloadLength, isMasked: false) + payloadLength;

    /// <summary>Writes the header.</summary>
    /// <returns>Where the payload goes.</returns>
    internal static Span<byte> Begin(Span<byte> frame, Opcode opcode, int payloadLength, ReservedBits reserved = ReservedBits.None)
    {
        var size = WriteHeader(frame, opcode, payloadLength, reserved);
        return frame.Slice(size, payloadLength);
    }

    /// <returns>The header's size in bytes.</returns>
    internal static int WriteHeader(Span<byte> destination, Opcode opcode, int payloadLength, ReservedBits reserved = ReservedBits.None) =>
        FrameWriter.WriteHeader(destination, new FrameHeader(true, reserved, opcode, IsMasked: false, 0, payloadLength));
}
