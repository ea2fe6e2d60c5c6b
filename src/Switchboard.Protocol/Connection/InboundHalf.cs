using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Switchboard.Protocol.Closing;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Protocol.Connection;

/// <summary>
/// What the peer says: bytes become events. A frame that is whole in the input is unmasked there and handed up without a copy;
/// one that is not goes to the assembler as it comes, or, if messages are handed up in parts, up at once. Used by one thread at a time.
/// </summary>
internal struct InboundHalf(Role role, MessageLimits limits, PermessageDeflate? deflate)
{
    private const int FinText = 0b1000_0000 | (int)Opcode.Text;
    private const int FinBinary = 0b1000_0000 | (int)Opcode.Binary;
    private const int MaskBit = 0b1000_0000;
    private const int ShortHeader = 6;

    // How much one part may inflate to, and of how much input: what there is no room for is masked again, and seen another time.
    private const int InflatedPart = 16 * 1024;
    private const int InflatedAtOnce = 4 * 1024;

    // A header that was cut. It is rare and small, so it lives here and not in a pooled buffer.
    private HeaderBytes _header;
    private int _headerLength;

    // The frame whose payload is still coming.
    private FrameHeader _frame;
    private long _frameReceived;
    private bool _inFrame;

    // The message that is fragmented, or whose single frame is still coming.
    private MessageAssembler _message;
    private Utf8Validator _text;
    private Opcode _messageOpcode;
    private int _fragments;

    // There while a compressed message comes.
    private Inflater? _inflater;

    // A control frame that was cut: it may come between the pieces of a message, so it has a place of its own.
    private MessageAssembler _control;

    private bool _isDelivered;
    private volatile bool _isFinished;

    // Whether messages are handed up in parts, and whether this one is: that is settled at its first frame.
    private volatile bool _handsUpParts;
    private bool _isInParts;

    // The frame may have something to say without another byte: it has just begun, or there was no room for all that it inflates to.
    private bool _isPartDue;

    /// <summary>Whether a close frame came or a rule was broken: nothing after it is looked at (RFC 6455 §5.5.1, §7.1.7).</summary>
    internal bool IsFinished => _isFinished;

    /// <summary>The memory that unfinished frames and messages pin, in bytes.</summary>
    internal long PinnedBytes => (long)_message.PinnedBytes + _control.PinnedBytes + (_inflater is null ? 0 : deflate!.PinnedBytes);

    /// <inheritdoc cref="ProtocolConnection.HandsUpParts"/>
    internal bool HandsUpParts
    {
        get => _handsUpParts;
        set => _handsUpParts = value;
    }

    private bool InMessage => _fragments > 0;

    /// <inheritdoc cref="ProtocolConnection.TryRead"/>
    internal bool TryRead(scoped ref Span<byte> input, out ProtocolEvent received)
    {
        ReleaseDelivered();
        if (!_inFrame && _headerLength == 0 && !InMessage && !_isFinished && TryReadShort(ref input, out received))
        {
            return true;
        }

        while ((!input.IsEmpty || _isPartDue) && !_isFinished)
        {
            if (_inFrame)
            {
                if (ContinueFrame(ref input, out received))
                {
                    return true;
                }

                continue;
            }

            switch (TryReadHeader(ref input, out var header))
            {
                case ReadStatus.NeedsMore:
                    received = default;
                    return false;
                case ReadStatus.Invalid:
                    received = Fail(ProtocolError.LengthInvalid);
                    return true;
            }

            if (!InMessage)
            {
                _isInParts = _handsUpParts;
            }

            if (!IsOrdinary(header) && JudgeFrame(header) is { } error)
            {
                received = Fail(error);
                return true;
            }

            if (header.PayloadLength > input.Length || InflatesInParts(header))
            {
                BeginFrame(header);
                continue;
            }

            var payload = input[..(int)header.PayloadLength];
            input = input[payload.Length..];
            if (TakeWholeFrame(header, payload, out received))
            {
                return true;
            }
        }

        input = [];
        received = default;
        return false;
    }

    /// <inheritdoc cref="ProtocolConnection.ReleaseDelivered"/>
    internal void ReleaseDelivered()
    {
        if (!_isDelivered)
        {
            return;
        }

        _isDelivered = false;
        _control.Release();
        if (!InMessage || _isInParts)
        {
            _message.Release();
        }
    }

    /// <summary>Gives all memory back. The half is of no further use.</summary>
    internal void Release()
    {
        _isFinished = true;
        _message.Release();
        _control.Release();
        EndInflating();
    }

    /// <summary>
    /// The short cut for the frame that a crowd of clients sends: a whole message of up to 125 bytes, masked, whole in the input. It takes
    /// only what breaks no rule, and leaves all else to the long way, which knows them all.
    /// </summary>
    private readonly bool TryReadShort(scoped ref Span<byte> input, out ProtocolEvent received)
    {
        received = default;
        if (input.Length < ShortHeader || role != Role.Server)
        {
            return false;
        }

        // RFC 6455 §5.2: FIN and text or binary, no reserved bit; MASK and the length, then the key.
        int opcode = input[0];
        var length = input[1] - MaskBit;
        if (opcode is not (FinText or FinBinary) || length is < 0 or > FrameHeader.MaxControlPayload
            || length > input.Length - ShortHeader || length > limits.MaxMessageBytes)
        {
            return false;
        }

        var payload = input.Slice(ShortHeader, length);
        Masking.Apply(payload, Unsafe.ReadUnaligned<uint>(ref input[2]));
        if (opcode == FinText && !Utf8.IsValid(payload))
        {
            // The long way is to say so, and to it the payload is masked.
            Masking.Apply(payload, Unsafe.ReadUnaligned<uint>(ref input[2]));
            return false;
        }

        input = input[(ShortHeader + length)..];
        received = new ProtocolEvent { Kind = opcode == FinText ? ProtocolEventKind.Text : ProtocolEventKind.Binary, Payload = payload };
        return true;
    }

    private ReadStatus TryReadHeader(ref Span<byte> input, out FrameHeader header)
    {
        int consumed;
        ReadStatus status;
        if (_headerLength == 0)
        {
            status = FrameReader.TryRead(input, out header, out consumed);
            if (status == ReadStatus.Done)
            {
                input = input[consumed..];
                return status;
            }
        }

        var added = Math.Min(input.Length, FrameHeader.MaxSize - _headerLength);
        input[..added].CopyTo(_header[_headerLength..]);
        var known = _headerLength + added;
        status = FrameReader.TryRead(_header[..known], out header, out consumed);
        if (status == ReadStatus.NeedsMore)
        {
            _headerLength = known;
            input = [];
        }
        else
        {
            // A header that was cut before needed every byte kept, so what it ends in is among those just added.
            input = input[Math.Max(0, consumed - _headerLength)..];
            _headerLength = 0;
        }

        return status;
    }

    // A message in one frame that no extension has marked, and that is not too large, breaks no rule: nearly every frame is that,
    // and is seen to be it in one look.
    private bool IsOrdinary(in FrameHeader header) =>
        header.Opcode is Opcode.Text or Opcode.Binary
        && header.Fin
        && !InMessage
        && header.Reserved == ReservedBits.None
        && header.IsMasked == (role == Role.Server)
        && header.PayloadLength <= limits.MaxMessageBytes;

    private ProtocolError? JudgeFrame(in FrameHeader header)
    {
        if (FrameRules.Judge(header, role, deflate is null ? ReservedBits.None : PermessageDeflate.Mark, InMessage) is { } error)
        {
            return error;
        }

        // A message in parts is not held here, so it may have any number of bytes and frames.
        if (header.Opcode.IsControl() || _isInParts)
        {
            return null;
        }

        // RFC 6455 §10.4: refused by what is announced, before a byte of it is held. What is inflated is refused as it comes.
        var isCompressed = InMessage ? _inflater is not null : (header.Reserved & PermessageDeflate.Mark) != 0;
        var room = isCompressed ? limits.MaxCompressedBytes - (_inflater?.Taken ?? 0) : limits.MaxMessageBytes - _message.Length;
        if (header.PayloadLength > room)
        {
            return ProtocolError.MessageTooBig;
        }

        return _fragments < limits.MaxFragments ? null : ProtocolError.TooManyFragments;
    }

    // More than one part may come of it, so it is not taken in one go.
    private readonly bool InflatesInParts(in FrameHeader header) =>
        _isInParts && !header.Opcode.IsControl() && (_inflater is not null || header.Reserved != ReservedBits.None);

    private bool TakeWholeFrame(scoped in FrameHeader header, Span<byte> payload, out ProtocolEvent received)
    {
        if (header.Opcode.IsControl())
        {
            Unmask(payload, header);
            received = ReadControl(header.Opcode, payload);
            return true;
        }

        if (header.Fin && !InMessage && header.Reserved == ReservedBits.None)
        {
            Unmask(payload, header);
            received = header.Opcode == Opcode.Binary ? new ProtocolEvent { Kind = ProtocolEventKind.Binary, Payload = payload }
                : Utf8.IsValid(payload) ? new ProtocolEvent { Kind = ProtocolEventKind.Text, Payload = payload }
                : Fail(ProtocolError.TextNotUtf8);
            return true;
        }

        BeginFrame(header);
        return ContinueFrame(ref payload, out received);
    }

    private void BeginFrame(in FrameHeader header)
    {
        _frame = header;
        _frameReceived = 0;
        _inFrame = true;
        if (!header.Opcode.IsControl())
        {
            if (header.Opcode != Opcode.Continuation)
            {
                _messageOpcode = header.Opcode;
                _text = default;
                if (header.Reserved != ReservedBits.None)
                {
                    // RFC 7692 §6.1, and FrameRules has let nothing else through.
                    _inflater = deflate!.BeginMessage();
                }
            }

            // Those of a message in parts are not counted: there may be more of them than there are numbers.
            _fragments = _isInParts ? 1 : _fragments + 1;
            _isPartDue = _isInParts;
        }
    }

    private bool ContinueFrame(scoped ref Span<byte> input, out ProtocolEvent received)
    {
        var isControl = _frame.Opcode.IsControl();
        if (_isInParts && !isControl)
        {
            return ContinueInParts(ref input, out received);
        }

        var piece = input[..(int)Math.Min(input.Length, _frame.PayloadLength - _frameReceived)];
        input = input[piece.Length..];
        if ((isControl ? Keep(ref _control, piece) : _inflater is null ? KeepData(piece) : Inflate(piece)) is { } error)
        {
            received = Fail(error);
            return true;
        }

        if (_frameReceived < _frame.PayloadLength)
        {
            received = default;
            return false;
        }

        _inFrame = false;
        if (isControl)
        {
            _isDelivered = true;
            received = ReadControl(_frame.Opcode, _control.Message);
            return true;
        }

        if (!_frame.Fin)
        {
            received = default;
            return false;
        }

        received = FinishMessage(_message.Message);
        return true;
    }

    private bool ContinueInParts(scoped ref Span<byte> input, out ProtocolEvent received)
    {
        var status = ReadStatus.Done;
        var part = _inflater is null ? TakePart(ref input) : InflatePart(ref input, out status);
        if ((JudgeText(part) ?? (status == ReadStatus.Invalid ? ProtocolError.DeflateInvalid : null)) is { } error)
        {
            received = Fail(error);
            return true;
        }

        if (!_isPartDue && _frameReceived == _frame.PayloadLength)
        {
            _inFrame = false;
            if (_frame.Fin)
            {
                received = FinishMessage(part);
                return true;
            }
        }

        _isDelivered = !part.IsEmpty;
        received = new ProtocolEvent
        {
            Kind = _messageOpcode == Opcode.Text ? ProtocolEventKind.TextPart : ProtocolEventKind.BinaryPart,
            Payload = part,
        };
        return _isDelivered;
    }

    private ReadOnlySpan<byte> TakePart(scoped ref Span<byte> input)
    {
        var part = input[..(int)Math.Min(input.Length, _frame.PayloadLength - _frameReceived)];
        input = input[part.Length..];
        Unmask(part, _frame, _frameReceived);
        _frameReceived += part.Length;
        _isPartDue = false;
        return part;
    }

    private ReadOnlySpan<byte> InflatePart(scoped ref Span<byte> input, out ReadStatus status)
    {
        var piece = input[..(int)Math.Min(Math.Min(input.Length, InflatedAtOnce), _frame.PayloadLength - _frameReceived)];
        Unmask(piece, _frame, _frameReceived);
        ReadOnlySpan<byte> rest = piece;
        var room = _message.ReservePart(InflatedPart);
        status = _inflater!.Inflate(ref rest, room, out var written);
        var taken = piece.Length - rest.Length;
        if (!piece.IsEmpty && taken == 0 && written == 0)
        {
            status = ReadStatus.Invalid;
        }

        // A mask that is put on once more is taken off: the rest is as it came.
        Unmask(piece[taken..], _frame, _frameReceived + taken);
        _frameReceived += taken;
        input = input[taken..];
        _isPartDue = written == room.Length;
        _message.Advance(written);
        if (written == 0)
        {
            _message.Release();
        }

        return _message.Message;
    }

    private ProtocolError? Keep(ref MessageAssembler target, ReadOnlySpan<byte> piece)
    {
        var stillToCome = (int)(_frame.PayloadLength - _frameReceived);
        target.Append(piece, _frame, _frameReceived, target.Length + stillToCome);
        _frameReceived += piece.Length;
        return null;
    }

    private ProtocolError? KeepData(ReadOnlySpan<byte> piece)
    {
        var known = _message.Length;
        Keep(ref _message, piece);
        return JudgeText(_message.Message[known..]);
    }

    // RFC 6455 §8.1; checked piece by piece, so that a wrong byte is known when it comes and not at the message's end.
    private ProtocolError? JudgeText(ReadOnlySpan<byte> added) =>
        _messageOpcode == Opcode.Text && !_text.Append(added) ? ProtocolError.TextNotUtf8 : null;

    private ProtocolError? Inflate(Span<byte> piece)
    {
        Unmask(piece, _frame, _frameReceived);
        _frameReceived += piece.Length;
        ReadOnlySpan<byte> input = piece;
        Span<byte> beyond = stackalloc byte[1];
        while (true)
        {
            // At the limit there is room for one byte, to see whether anything is beyond it: more is never inflated.
            var room = _message.Reserve(Math.Max(4 * piece.Length, _message.Length), limits.MaxMessageBytes);
            var isAtLimit = room.IsEmpty;
            var before = input.Length;
            var status = _inflater!.Inflate(ref input, isAtLimit ? beyond : room, out var written);
            if (isAtLimit && written > 0)
            {
                return ProtocolError.MessageTooBig;
            }

            // What came out before a fault is judged before it: so it is when the bytes come one by one.
            _message.Advance(written);
            if (JudgeText(_message.Message[^written..]) is { } error)
            {
                return error;
            }

            if (status == ReadStatus.Invalid || (before > 0 && input.Length == before && written == 0))
            {
                return ProtocolError.DeflateInvalid;
            }

            // A final block ends with input to spare when another begins behind it; else all is said when there was room for more.
            if (input.IsEmpty && (status == ReadStatus.Done || isAtLimit || written < room.Length))
            {
                return null;
            }
        }
    }

    private void EndInflating()
    {
        if (_inflater is { } inflater)
        {
            _inflater = null;
            deflate!.EndMessage(inflater);
        }
    }

    private ProtocolEvent FinishMessage(ReadOnlySpan<byte> rest)
    {
        _fragments = 0;
        if (_inflater is not null && !deflate!.IsWhole(_inflater))
        {
            return Fail(ProtocolError.DeflateInvalid);
        }

        EndInflating();
        if (_messageOpcode == Opcode.Text && !_text.IsComplete)
        {
            return Fail(ProtocolError.TextNotUtf8);
        }

        _isDelivered = true;
        return new ProtocolEvent
        {
            Kind = _messageOpcode == Opcode.Text ? ProtocolEventKind.Text : ProtocolEventKind.Binary,
            Payload = rest,
        };
    }

    private ProtocolEvent ReadControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (opcode != Opcode.Close)
        {
            return new ProtocolEvent { Kind = opcode == Opcode.Ping ? ProtocolEventKind.Ping : ProtocolEventKind.Pong, Payload = payload };
        }

        if (ClosePayload.TryRead(payload, out var code, out var reason) is { } error)
        {
            return Fail(error);
        }

        Release();
        return new ProtocolEvent { Kind = ProtocolEventKind.Close, Code = code, Reason = reason };
    }

    private ProtocolEvent Fail(ProtocolError error)
    {
        Release();
        return new ProtocolEvent { Kind = ProtocolEventKind.Failure, Code = error.Code, Reason = error.Reason };
    }

    private static void Unmask(Span<byte> payload, in FrameHeader header, long offset = 0)
    {
        if (header.IsMasked)
        {
            Masking.Apply(payload, header.MaskingKey, offset);
        }
    }

    [InlineArray(FrameHeader.MaxSize)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
