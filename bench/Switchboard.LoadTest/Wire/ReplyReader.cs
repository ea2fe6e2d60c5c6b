using System.Buffers.Binary;

namespace Switchboard.LoadTest.Wire;

/// <summary>
/// Reads the messages of one connection: counts them, holds each to the expected opcode, length and number, and skips the rest of
/// the payload unread. A server may fragment its messages (RFC 6455 §5.4); what counts is the message.
/// </summary>
/// <param name="opcode">What every message must be.</param>
/// <param name="payload">What every message must be as long as, and the first few equal to but for the number.</param>
/// <param name="period">The messages are numbered from zero, and after so many from zero again.</param>
/// <param name="compared">How many are compared byte by byte. Few: reading payloads is work the generator should not do.</param>
internal sealed class ReplyReader(Opcode opcode, byte[] payload, int period, int compared) : Replies
{
    private const byte FinBit = 0b1000_0000;
    private const byte ReservedBits = 0b0111_0000;
    private const byte MaskBit = 0b1000_0000;
    private const byte ControlBit = 0b1000;
    private const int LongestHeader = 10;
    private const int LongestControl = 125;

    private readonly byte[] _header = new byte[LongestHeader];
    private int _headerLength;

    private bool _isInPayload;
    private bool _isFinal;
    private Opcode _frame;
    private long _left;

    private bool _isInMessage;
    private long _messageLength;
    private int _number;

    private byte[]? _control;
    private int _controlLength;

    private bool IsControl => ((byte)_frame & ControlBit) != 0;

    public override int Read(ReadOnlySpan<byte> bytes)
    {
        var messages = 0;
        while (!bytes.IsEmpty)
        {
            if (!_isInPayload && !TakeHeader(ref bytes))
            {
                break;
            }

            TakePayload(ref bytes);
            if (_left == 0 && EndFrame())
            {
                messages++;
            }
        }

        return messages;
    }

    private bool TakeHeader(ref ReadOnlySpan<byte> bytes)
    {
        if (_headerLength == 0 && bytes.Length >= 2 && bytes.Length >= HeaderLength(bytes[1]))
        {
            var whole = HeaderLength(bytes[1]);
            BeginFrame(bytes[..whole]);
            bytes = bytes[whole..];
            return true;
        }

        while (!bytes.IsEmpty)
        {
            _header[_headerLength++] = bytes[0];
            bytes = bytes[1..];
            if (_headerLength >= 2 && _headerLength == HeaderLength(_header[1]))
            {
                BeginFrame(_header.AsSpan(0, _headerLength));
                _headerLength = 0;
                return true;
            }
        }

        return false;
    }

    private static int HeaderLength(byte second) => (second & ~MaskBit) switch
    {
        126 => 4,
        127 => 10,
        _ => 2,
    };

    private void BeginFrame(ReadOnlySpan<byte> header)
    {
        // RFC 6455 §5.1: a server does not mask. §5.2: reserved bits are zero, no extension having been negotiated.
        if ((header[0] & ReservedBits) != 0 || (header[1] & MaskBit) != 0)
        {
            throw new RunFailedException($"The server sent a frame with reserved bits or a mask: {Convert.ToHexString(header)}.");
        }

        _frame = (Opcode)(header[0] & 0x0F);
        _isFinal = (header[0] & FinBit) != 0;
        _left = header.Length switch
        {
            2 => header[1],
            4 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            _ => BinaryPrimitives.ReadInt64BigEndian(header[2..]),
        };
        _isInPayload = true;

        if (IsControl)
        {
            BeginControl(header);
            return;
        }

        var expected = _isInMessage ? Opcode.Continuation : opcode;
        if (_frame != expected)
        {
            throw new RunFailedException($"The server sent opcode {_frame} where {expected} was due.");
        }

        if (_left < 0 || _left > payload.Length - _messageLength)
        {
            throw new RunFailedException(
                $"The server sent a reply of at least {_messageLength + _left} bytes instead of {payload.Length}.");
        }

        _isInMessage = true;
    }

    private void BeginControl(ReadOnlySpan<byte> header)
    {
        if (!_isFinal || (ulong)_left > LongestControl || _frame > Opcode.Pong)
        {
            throw new RunFailedException($"The server sent a malformed control frame: {Convert.ToHexString(header)}.");
        }

        _control ??= new byte[LongestControl];
        _controlLength = 0;
    }

    private void TakePayload(ref ReadOnlySpan<byte> bytes)
    {
        var taken = bytes[..(int)Math.Min(_left, bytes.Length)];
        bytes = bytes[taken.Length..];
        _left -= taken.Length;
        if (IsControl)
        {
            taken.CopyTo(_control.AsSpan(_controlLength));
            _controlLength += taken.Length;
            return;
        }

        if (_messageLength < MessageNumber.Length)
        {
            CheckNumber(taken);
        }

        if (compared > 0)
        {
            Compare(taken);
        }

        _messageLength += taken.Length;
    }

    private void CheckNumber(ReadOnlySpan<byte> taken)
    {
        if (payload.Length >= MessageNumber.Length && !MessageNumber.Matches(_number, (int)_messageLength, taken))
        {
            throw new RunFailedException("The server's messages are out of order, or not what it was sent.");
        }
    }

    private void Compare(ReadOnlySpan<byte> taken)
    {
        var numbered = payload.Length >= MessageNumber.Length ? MessageNumber.Length : 0;
        var skipped = (int)Math.Clamp(numbered - _messageLength, 0, taken.Length);
        var rest = taken[skipped..];
        if (!rest.SequenceEqual(payload.AsSpan((int)_messageLength + skipped, rest.Length)))
        {
            throw new RunFailedException("The server's reply is not what it was sent.");
        }
    }

    /// <summary>Whether the frame that is now complete completes a message.</summary>
    private bool EndFrame()
    {
        _isInPayload = false;
        if (IsControl)
        {
            EndControl();
            return false;
        }

        if (!_isFinal)
        {
            return false;
        }

        if (_messageLength != payload.Length)
        {
            throw new RunFailedException($"The server sent a reply of {_messageLength} bytes instead of {payload.Length}.");
        }

        _isInMessage = false;
        _messageLength = 0;
        _number = _number + 1 == period ? 0 : _number + 1;
        compared = Math.Max(0, compared - 1);
        return true;
    }

    private void EndControl()
    {
        var body = _control.AsSpan(0, _controlLength);
        switch (_frame)
        {
            case Opcode.Ping:
                PongDue = Frames.Single(Opcode.Pong, body);
                break;
            case Opcode.Close:
                var code = body.Length >= 2 ? $"with code {BinaryPrimitives.ReadUInt16BigEndian(body)}" : "without a code";
                throw new RunFailedException($"The server closed a connection {code}.");
            default:
                break; // RFC 6455 §5.5.3: an unsolicited pong asks for nothing.
        }
    }
}
