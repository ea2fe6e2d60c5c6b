using System.Runtime.InteropServices;

namespace Switchboard.LoadTest.Wire;

/// <summary>
/// Numbered masked messages back to back, built once and sent as they are, each with its own masking key as a client's would be.
/// </summary>
internal sealed class Burst
{
    private readonly int _header;
    private readonly uint[] _keys;

    public Burst(Opcode opcode, ReadOnlySpan<byte> payload, int depth)
    {
        _header = Frames.HeaderLength(payload.Length);
        FrameLength = _header + payload.Length;
        Bytes = new byte[checked(FrameLength * depth)];
        _keys = new uint[depth];
        for (var i = 0; i < depth; i++)
        {
            Frames.Write(Bytes.AsSpan(i * FrameLength, FrameLength), opcode, payload, Frames.MaskingKey(i));
            _keys[i] = MemoryMarshal.Read<uint>(Bytes.AsSpan((i * FrameLength) + _header - sizeof(uint)));
        }

        Renumber(first: 0);
    }

    public byte[] Bytes { get; }

    public int FrameLength { get; }

    /// <summary>Gives the messages the numbers from <paramref name="first"/> on.</summary>
    public void Renumber(int first)
    {
        if (FrameLength - _header < MessageNumber.Length)
        {
            return;
        }

        for (var i = 0; i < _keys.Length; i++)
        {
            var place = Bytes.AsSpan((i * FrameLength) + _header, MessageNumber.Length);
            MessageNumber.Write(place, first + i);
            MemoryMarshal.Write(place, MemoryMarshal.Read<uint>(place) ^ _keys[i]);
        }
    }
}
