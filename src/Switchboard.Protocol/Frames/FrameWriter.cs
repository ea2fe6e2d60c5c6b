using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Switchboard.Protocol.Frames;

/// <summary>Writes frames: header, payload, and the mask over it.</summary>
internal static class FrameWriter
{
    /// <summary>Payloads are copied in pieces of this size, so that a large message asks for no large buffer.</summary>
    private const int PieceSize = 32 * 1024;

    /// <returns>The header's size in bytes; the length takes the shortest of the three forms.</returns>
    internal static int WriteHeader(Span<byte> destination, in FrameHeader header)
    {
        destination[0] = (byte)((header.Fin ? 0b1000_0000 : 0) | (byte)header.Reserved | (byte)header.Opcode);
        var mask = header.IsMasked ? 0b1000_0000 : 0;
        int size;
        switch (header.PayloadLength)
        {
            case <= 125:
                destination[1] = (byte)(mask | (int)header.PayloadLength);
                size = 2;
                break;
            case <= ushort.MaxValue:
                destination[1] = (byte)(mask | 126);
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)header.PayloadLength);
                size = 4;
                break;
            default:
                destination[1] = (byte)(mask | 127);
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], header.PayloadLength);
                size = 10;
                break;
        }

        if (header.IsMasked)
        {
            Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(destination[size..(size + 4)]), header.MaskingKey);
            size += 4;
        }

        return size;
    }

    /// <summary>Writes one whole frame. The payload is copied once and, if the header says so, masked in its new place.</summary>
    internal static void Write(IBufferWriter<byte> output, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var headerSize = FrameHeader.SizeFor(payload.Length, header.IsMasked);
        var firstPiece = Math.Min(payload.Length, PieceSize);
        var span = output.GetSpan(headerSize + firstPiece);
        WriteHeader(span, header);
        CopyPayload(payload[..firstPiece], span[headerSize..], header, 0);
        output.Advance(headerSize + firstPiece);

        for (var offset = firstPiece; offset < payload.Length; offset += PieceSize)
        {
            var piece = payload.Slice(offset, Math.Min(PieceSize, payload.Length - offset));
            CopyPayload(piece, output.GetSpan(piece.Length), header, offset);
            output.Advance(piece.Length);
        }
    }

    private static void CopyPayload(ReadOnlySpan<byte> piece, Span<byte> destination, in FrameHeader header, long offset)
    {
        if (header.IsMasked)
        {
            Masking.Apply(piece, destination, header.MaskingKey, offset);
        }
        else
        {
            piece.CopyTo(destination);
        }
    }
}
