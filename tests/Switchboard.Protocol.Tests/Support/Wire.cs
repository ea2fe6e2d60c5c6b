using System.Buffers.Binary;
using System.Text;
using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>Bytes as they stand on the wire, made without the code under test.</summary>
internal static class Wire
{
    /// <summary>The masking key of RFC 6455 §5.7.</summary>
    internal static readonly byte[] SampleKey = [0x37, 0xFA, 0x21, 0x3D];

    /// <summary>Hexadecimal digits to bytes; blanks are for the reader.</summary>
    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    internal static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    internal static Role RoleOf(string name) => Enum.Parse<Role>(name, ignoreCase: true);

    internal static Role Other(Role role) => role == Role.Server ? Role.Client : Role.Server;

    /// <summary>A frame with its length in the shortest form, masked if a client sends it.</summary>
    internal static byte[] Frame(Role sender, int firstByte, ReadOnlySpan<byte> payload) =>
        [.. Header(sender, firstByte, payload.Length), .. sender == Role.Client ? Masked(payload, SampleKey) : payload.ToArray()];

    /// <summary>A frame's header alone, as if so long a payload were to come.</summary>
    internal static byte[] Header(Role sender, int firstByte, long length)
    {
        var mask = sender == Role.Client ? 0x80 : 0;
        List<byte> header = [(byte)firstByte];
        var wide = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(wide, length);
        if (length <= 125)
        {
            header.Add((byte)(mask | (int)length));
        }
        else if (length <= 65535)
        {
            header.AddRange([(byte)(mask | 126), wide[6], wide[7]]);
        }
        else
        {
            header.AddRange([(byte)(mask | 127), .. wide]);
        }

        return sender == Role.Client ? [.. header, .. SampleKey] : [.. header];
    }

    /// <summary>RFC 6455 §5.3 to the letter: "octet i of the transformed data is the XOR of octet i with octet i modulo 4 of the key".</summary>
    internal static byte[] Masked(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key, int offset = 0)
    {
        var masked = payload.ToArray();
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] ^= key[(i + offset) % 4];
        }

        return masked;
    }
}
