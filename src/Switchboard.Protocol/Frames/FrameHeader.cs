namespace Switchboard.Protocol.Frames;

/// <summary>
/// The part of a frame that stands before its payload (RFC 6455 §5.2).
/// <see cref="MaskingKey"/> holds the key's four bytes in wire order as they lie in memory, whatever the machine's byte order.
/// </summary>
internal readonly record struct FrameHeader(
    bool Fin,
    ReservedBits Reserved,
    Opcode Opcode,
    bool IsMasked,
    uint MaskingKey,
    long PayloadLength)
{
    /// <summary>Two bytes, an eight byte length, and a four byte masking key.</summary>
    internal const int MaxSize = 2 + 8 + 4;

    /// <summary>The largest payload whose length fits the second byte; also the most that a control frame may carry (§5.5).</summary>
    internal const int MaxControlPayload = 125;

    internal static int SizeFor(long payloadLength, bool isMasked) =>
        payloadLength switch { <= 125 => 2, <= ushort.MaxValue => 4, _ => 10 } + (isMasked ? 4 : 0);
}
