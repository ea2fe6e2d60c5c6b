using System.Buffers.Binary;
using Switchboard.Protocol.Connection;

namespace Switchboard.Fuzz.Model;

/// <summary>Frames by the letter of RFC 6455 §5.2, made without the code under test.</summary>
internal static class Wire
{
    /// <summary>The masking key of RFC 6455 §5.7, which every frame of a client has here.</summary>
    internal static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    /// <summary>A frame with its length in the shortest form, masked if a client sends it.</summary>
    internal static byte[] Frame(Role sender, int firstByte, ReadOnlySpan<byte> payload) =>
        [.. Header(sender, firstByte, payload.Length), .. sender == Role.Client ? Masked(payload, Key) : payload.ToArray()];

    /// <summary>A frame's header alone, as if so long a payload were to come.</summary>
    internal static byte[] Header(Role sender, int firstByte, long length)
    {
        var mask = sender == Role.Client ? 0x80 : 0;
        var wide = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(wide, length);
        byte[] header = length switch
        {
            <= 125 => [(byte)firstByte, (byte)(mask | (int)length)],
            <= 65535 => [(byte)firstByte, (byte)(mask | 126), .. wide[6..]],
            _ => [(byte)firstByte, (byte)(mask | 127), .. wide],
        };
        return sender == Role.Client ? [.. header, .. Key] : header;
    }

    /// <summary>§5.3: "octet i of the transformed data is the XOR of octet i with octet i modulo 4 of the key".</summary>
    internal static byte[] Masked(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key)
    {
        var masked = payload.ToArray();
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] ^= key[i % 4];
        }

        return masked;
    }
}
