using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>Every way to break a rule, each as the bytes that a sender sends between two messages, with what the receiver answers.</summary>
internal static class Breaches
{
    internal static readonly IReadOnlyList<Func<Role, (byte[] Frames, ProtocolError Error)>> All =
    [
        sender => (Wire.Frame(sender, 0x83, []), ProtocolError.OpcodeReserved),
        sender => (Wire.Frame(sender, 0x8F, "x"u8), ProtocolError.OpcodeReserved),
        sender => (Wire.Frame(sender, 0xC1, "x"u8), ProtocolError.ReservedBitSet),
        sender => (Wire.Frame(sender, 0x99, []), ProtocolError.ReservedBitSet),
        sender => (Wire.Frame(Wire.Other(sender), 0x81, "x"u8), sender == Role.Client ? ProtocolError.NotMasked : ProtocolError.Masked),
        sender => (Wire.Frame(sender, 0x80, "x"u8), ProtocolError.ContinuationWithoutStart),
        sender => ([.. Wire.Frame(sender, 0x01, "x"u8), .. Wire.Frame(sender, 0x82, "y"u8)], ProtocolError.MessageNotFinished),
        sender => (Wire.Frame(sender, 0x09, []), ProtocolError.ControlFrameFragmented),
        sender => (Wire.Frame(sender, 0x8A, new byte[126]), ProtocolError.ControlFrameTooLong),
        sender => (NotMinimal(sender, "82 7E 0005"), ProtocolError.LengthInvalid),
        sender => (NotMinimal(sender, "82 7F 000000000000FFFF"), ProtocolError.LengthInvalid),
        sender => (NotMinimal(sender, "82 7F 8000000000000000"), ProtocolError.LengthInvalid),
        sender => (Wire.Frame(sender, 0x88, [0x03]), ProtocolError.CloseBodyTooShort),
        sender => (Wire.Frame(sender, 0x88, [0x03, 0xED]), ProtocolError.CloseCodeInvalid),
        sender => (Wire.Frame(sender, 0x88, [0x03, 0xE8, 0xFF]), ProtocolError.CloseReasonNotUtf8),
        sender => (Wire.Frame(sender, 0x81, [.. "abc"u8, 0xED, 0xA0, 0x80, .. "def"u8]), ProtocolError.TextNotUtf8),
        sender => (Wire.Frame(sender, 0x81, [0xE2, 0x82]), ProtocolError.TextNotUtf8),
        sender => ([.. Wire.Frame(sender, 0x01, [0xE2]), .. Wire.Frame(sender, 0x00, []), .. Wire.Frame(sender, 0x80, [0x28])], ProtocolError.TextNotUtf8),
        sender => (Wire.Header(sender, 0x82, 1024 * 1024 + 1), ProtocolError.MessageTooBig),
    ];

    internal static int Count => All.Count;

    private static byte[] NotMinimal(Role sender, string hex)
    {
        var header = Wire.Bytes(hex);
        return sender == Role.Server ? header : [header[0], (byte)(header[1] | 0x80), .. header[2..], .. Wire.SampleKey];
    }
}
