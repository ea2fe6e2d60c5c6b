using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Fuzz.Model;

/// <summary>
/// RFC 6455 without extensions, from frame to message: all that was ever sent lies before it, so it holds nothing, resumes nothing and hurries nothing.
/// It shares with the core the order in which rules are looked at, and the words for them.
/// </summary>
internal sealed class ReadingByTheBook(Role receiver, MessageLimits limits)
{
    private readonly List<Happening> _happenings = [];
    private readonly List<byte> _message = [];
    private int _opcode;
    private int _fragments;

    /// <summary>What happens by these bytes.</summary>
    internal IReadOnlyList<Happening> Of(ReadOnlySpan<byte> data)
    {
        while (TryFrame(ref data))
        {
        }

        return _happenings;
    }

    // Whether there may be another one behind it.
    private bool TryFrame(ref ReadOnlySpan<byte> data)
    {
        if (data.Length < 2)
        {
            return false;
        }

        var (first, length, isMasked) = (data[0], (ulong)(data[1] & 0x7F), (data[1] & 0x80) != 0);
        var wide = length switch { 126 => 2, 127 => 8, _ => 0 };
        if (data.Length < 2 + wide)
        {
            return false;
        }

        if (wide > 0)
        {
            length = wide == 2 ? BinaryPrimitives.ReadUInt16BigEndian(data[2..]) : BinaryPrimitives.ReadUInt64BigEndian(data[2..]);
            if (length <= (wide == 2 ? 125ul : 65535ul) || length > long.MaxValue)
            {
                return Fail(ProtocolError.LengthInvalid);
            }
        }

        var size = 2 + wide + (isMasked ? 4 : 0);
        if (data.Length < size)
        {
            return false;
        }

        if (Judge(first, length, isMasked) is { } error)
        {
            return Fail(error);
        }

        var key = isMasked ? data[(size - 4)..size] : [0, 0, 0, 0];
        var payload = Wire.Masked(data[size..(int)Math.Min((ulong)data.Length, (ulong)size + length)], key);
        data = data[(size + payload.Length)..];
        var isWhole = (ulong)payload.Length == length;
        return (first & 0x08) != 0 ? isWhole && TakeControl(first & 0x0F, payload) : TakeData(first, payload, isWhole);
    }

    private ProtocolError? Judge(byte first, ulong length, bool isMasked)
    {
        var (isFinal, opcode) = ((first & 0x80) != 0, first & 0x0F);
        if (isMasked != (receiver == Role.Server))
        {
            return isMasked ? ProtocolError.Masked : ProtocolError.NotMasked;
        }

        if ((first & 0x70) != 0)
        {
            return ProtocolError.ReservedBitSet;
        }

        switch (opcode)
        {
            case 8 or 9 or 10:
                return !isFinal ? ProtocolError.ControlFrameFragmented : length > 125 ? ProtocolError.ControlFrameTooLong : null;
            case > 2:
                return ProtocolError.OpcodeReserved;
            case 0 when _fragments == 0:
                return ProtocolError.ContinuationWithoutStart;
            case 1 or 2 when _fragments > 0:
                return ProtocolError.MessageNotFinished;
            default:
                return (ulong)_message.Count + length > (ulong)limits.MaxMessageBytes ? ProtocolError.MessageTooBig
                    : _fragments == limits.MaxFragments ? ProtocolError.TooManyFragments
                    : null;
        }
    }

    private bool TakeControl(int opcode, byte[] payload)
    {
        if (opcode != 8)
        {
            _happenings.Add(new Happening(opcode == 9 ? ProtocolEventKind.Ping : ProtocolEventKind.Pong, payload, 0, null));
            return true;
        }

        if (CloseBody.Judge(payload) is { } error)
        {
            return Fail(error);
        }

        var reason = payload.Length < 2 ? "" : Encoding.UTF8.GetString(payload.AsSpan(2));
        _happenings.Add(new Happening(ProtocolEventKind.Close, [], (CloseCode)CloseBody.CodeOf(payload), reason));
        return false;
    }

    private bool TakeData(byte first, byte[] payload, bool isWhole)
    {
        _opcode = (first & 0x0F) == 0 ? _opcode : first & 0x0F;
        _fragments++;
        _message.AddRange(payload);
        var isFinished = isWhole && (first & 0x80) != 0;
        var isText = _opcode == (int)Opcode.Text;
        byte[] message = [.. _message];
        if (isText && (isFinished ? !Utf8.IsValid(message) : FirstWrongByte.In(message) >= 0))
        {
            return Fail(ProtocolError.TextNotUtf8);
        }

        if (isFinished)
        {
            _happenings.Add(new Happening(isText ? ProtocolEventKind.Text : ProtocolEventKind.Binary, message, 0, null));
            _message.Clear();
            _fragments = 0;
        }

        return isWhole;
    }

    private bool Fail(ProtocolError error)
    {
        _happenings.Add(new Happening(ProtocolEventKind.Failure, [], error.Code, error.Reason));
        return false;
    }
}
