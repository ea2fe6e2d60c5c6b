namespace Switchboard.Protocol.Frames;

/// <summary>What a frame is for (RFC 6455 §5.2, §11.8). The values are those on the wire.</summary>
internal enum Opcode : byte
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

internal static class OpcodeRules
{
    // RFC 6455 §5.2: 3-7 are reserved for further data frames, B-F for further control frames.
    internal static bool IsKnown(this Opcode opcode) => opcode is <= Opcode.Binary or (>= Opcode.Close and <= Opcode.Pong);

    // RFC 6455 §5.5: control frames are those whose opcode has its highest bit set.
    internal static bool IsControl(this Opcode opcode) => ((byte)opcode & 0b1000) != 0;
}
