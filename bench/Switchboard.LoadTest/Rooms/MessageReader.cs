using System.Buffers.Binary;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Rooms;

/// <summary>What becomes of the messages of all members.</summary>
internal interface IMessageSink
{
    /// <summary>Whether it was a message of the room. <paramref name="message"/> is gone when this returns.</summary>
    bool OnMessage(int member, ReadOnlySpan<byte> message);
}

/// <summary>
/// Cuts what one member receives into messages, where they lie: nothing is copied but a frame that two receives have halves of.
/// Takes text frames, whole ones, which is what the rooms server sends.
/// </summary>
internal sealed class MessageReader(IMessageSink sink, int member) : Replies
{
    private const byte FinBit = 0b1000_0000;
    private const byte MaskBit = 0b1000_0000;

    private byte[] _rest = [];

    public override int Read(ReadOnlySpan<byte> bytes)
    {
        if (_rest.Length > 0)
        {
            byte[] whole = [.. _rest, .. bytes];
            bytes = whole;
        }

        var messages = 0;
        while (TryCut(ref bytes, out var opcode, out var payload))
        {
            messages += Take(opcode, payload) ? 1 : 0;
        }

        _rest = bytes.IsEmpty ? [] : bytes.ToArray();
        return messages;
    }

    private bool Take(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        switch (opcode)
        {
            case Opcode.Text:
                return sink.OnMessage(member, payload);
            case Opcode.Ping:
                PongDue = Frames.Single(Opcode.Pong, payload);
                return false;
            case Opcode.Pong:
                return false;
            case Opcode.Close:
                throw new RunFailedException($"The server closed member {member}'s connection: {CloseReason(payload)}.");
            default:
                throw new RunFailedException($"The server sent opcode {opcode} where text was due.");
        }
    }

    // RFC 6455 §5.2.
    private static bool TryCut(ref ReadOnlySpan<byte> bytes, out Opcode opcode, out ReadOnlySpan<byte> payload)
    {
        opcode = default;
        payload = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        if ((bytes[0] & 0xF0) != FinBit || (bytes[1] & MaskBit) != 0)
        {
            throw new RunFailedException($"The server sent a frame that is a fragment, masked, or of an extension: {Convert.ToHexString(bytes[..2])}.");
        }

        var header = bytes[1] switch
        {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        if (bytes.Length < header)
        {
            return false;
        }

        var length = header switch
        {
            2 => bytes[1],
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
        };
        if (bytes.Length - header < length)
        {
            return false;
        }

        opcode = (Opcode)(bytes[0] & 0x0F);
        payload = bytes.Slice(header, (int)length);
        bytes = bytes[(header + (int)length)..];
        return true;
    }

    private static string CloseReason(ReadOnlySpan<byte> body) => body.Length < 2
        ? "no reason"
        : $"{BinaryPrimitives.ReadUInt16BigEndian(body)} {System.Text.Encoding.UTF8.GetString(body[2..])}";
}
