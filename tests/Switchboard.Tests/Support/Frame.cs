using System.Buffers.Binary;
using System.Text;

namespace Switchboard.Tests.Support;

/// <summary>A frame as it went over the wire, read and written here without the library's own code.</summary>
internal sealed record Frame(int Opcode, byte[] Payload, bool Fin = true, int Reserved = 0)
{
    internal const int TextOpcode = 1;
    internal const int CloseOpcode = 8;
    internal const int PingOpcode = 9;
    internal const int PongOpcode = 10;

    /// <summary>RSV1, on a compressed message's first frame.</summary>
    internal bool IsCompressed => (Reserved & 0x40) != 0;

    internal string Text => Encoding.UTF8.GetString(Payload);

    internal int? CloseCode => Payload.Length < 2 ? null : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    internal string CloseReason => Payload.Length < 2 ? "" : Encoding.UTF8.GetString(Payload.AsSpan(2));

    internal static Frame OfText(string text) => new(TextOpcode, Encoding.UTF8.GetBytes(text));

    internal static Frame Close(int code, string reason = "") => new(CloseOpcode, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    internal byte[] ToBytes(bool isMasked)
    {
        var bytes = new List<byte> { (byte)((Fin ? 0x80 : 0) | Reserved | Opcode) };
        var mask = isMasked ? 0x80 : 0;
        if (Payload.Length < 126)
        {
            bytes.Add((byte)(mask | Payload.Length));
        }
        else if (Payload.Length <= ushort.MaxValue)
        {
            bytes.AddRange([(byte)(mask | 126), (byte)(Payload.Length >> 8), (byte)Payload.Length]);
        }
        else
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, Payload.Length);
            bytes.Add((byte)(mask | 127));
            bytes.AddRange(length);
        }

        byte[] key = [0x37, 0xFA, 0x21, 0x3D];
        if (isMasked)
        {
            bytes.AddRange(key);
        }

        bytes.AddRange(isMasked ? Payload.Select((b, i) => (byte)(b ^ key[i % 4])) : Payload);
        return [.. bytes];
    }

    /// <returns>Null if the frame is not whole yet.</returns>
    internal static Frame? TryRead(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        if (bytes.Length < 2)
        {
            return null;
        }

        var (length, start) = (bytes[1] & 0x7F) switch
        {
            126 => bytes.Length < 4 ? (-1, 0) : (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 4),
            127 => bytes.Length < 10 ? (-1, 0) : ((int)BinaryPrimitives.ReadInt64BigEndian(bytes[2..]), 10),
            var small => (small, 2),
        };
        var isMasked = (bytes[1] & 0x80) != 0;
        var payloadStart = start + (isMasked ? 4 : 0);
        if (length < 0 || bytes.Length < payloadStart + length)
        {
            return null;
        }

        var payload = bytes.Slice(payloadStart, length).ToArray();
        for (var i = 0; isMasked && i < length; i++)
        {
            payload[i] ^= bytes[start + (i % 4)];
        }

        consumed = payloadStart + length;
        return new Frame(bytes[0] & 0x0F, payload, (bytes[0] & 0x80) != 0, bytes[0] & 0x70);
    }
}
