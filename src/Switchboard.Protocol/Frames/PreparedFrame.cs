namespace Switchboard.Protocol.Frames;

/// <summary>A server's message, framed once for any number of receivers.</summary>
internal static class PreparedFrame
{
    internal static byte[] Create(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var headerSize = FrameHeader.SizeFor(payload.Length, isMasked: false);
        var frame = new byte[headerSize + payload.Length];
        FrameWriter.WriteHeader(frame, new FrameHeader(true, ReservedBits.None, opcode, IsMasked: false, 0, payload.Length));
        payload.CopyTo(frame.AsSpan(headerSize));
        return frame;
    }
}
