using System.Globalization;

namespace Switchboard.Conformance.Conversations;

/// <summary>A whole message or a control frame that the peer has sent.</summary>
internal sealed record Heard(int Opcode, byte[] Data)
{
    /// <summary>The size of its payload; null if it was not compressed.</summary>
    internal int? CompressedTo { get; init; }

    /// <summary>RFC 6455 §7.1.5: the code of a close frame, 1005 if it has none.</summary>
    internal int CloseCode => Data.Length < 2 ? 1005 : (Data[0] << 8) | Data[1];

    internal string Description => Opcode switch
    {
        Wire.Opcode.Close => string.Create(CultureInfo.InvariantCulture, $"close {CloseCode}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Wire.Opcode.Name(Opcode)} of {Data.Length} bytes {Hex(Data)}").TrimEnd(),
    };

    private static string Hex(byte[] data) =>
        data.Length <= 16 ? Convert.ToHexString(data) : Convert.ToHexString(data.AsSpan(0, 16)) + "…";
}
