namespace Switchboard.Protocol.Frames;

/// <summary>RSV1-RSV3 of a frame (RFC 6455 §5.2), at the places where they stand in the frame's first byte.</summary>
[Flags]
internal enum ReservedBits : byte
{
    None = 0,
    Rsv3 = 0b0001_0000,
    Rsv2 = 0b0010_0000,
    Rsv1 = 0b0100_0000,
    All = Rsv1 | Rsv2 | Rsv3,
}
