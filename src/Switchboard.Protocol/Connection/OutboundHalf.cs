using System.Buffers;
using Switchboard.Protocol.Closing;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Connection;

/// <summary>What we say: messages become frames. Calls are serialized by the caller.</summary>
internal struct OutboundHalf(Role role, MaskingKeys keys)
{
    private bool _inMessage;
    private volatile bool _isCloseSent;

    /// <summary>RFC 6455 §5.5.1: after its close frame an endpoint sends nothing more.</summary>
    internal bool IsCloseSent => _isCloseSent;

    internal bool WriteMessage(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, ReservedBits reserved) =>
        WriteFragment(output, opcode, payload, isFinal: true, reserved);

    /// <summary>
    /// Writes one frame of a message; control frames may go between (RFC 6455 §5.4). RFC 7692 §6.1: what is compressed is marked on the first one.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another message is not finished, or there is none to continue.</exception>
    internal bool WriteFragment(
        IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool isFinal, ReservedBits reserved = ReservedBits.None)
    {
        if (_isCloseSent)
        {
            return false;
        }

        ThrowUnlessInTurn(isContinuation: opcode == Opcode.Continuation);
        _inMessage = !isFinal;
        Write(output, opcode, payload, isFinal, reserved);
        return true;
    }

    /// <param name="output">Where the frame goes.</param>
    /// <param name="opcode">Ping or pong.</param>
    /// <param name="payload">At most 125 bytes.</param>
    internal bool WriteControl(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        // RFC 6455 §5.5.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, FrameHeader.MaxControlPayload, nameof(payload));
        if (_isCloseSent)
        {
            return false;
        }

        Write(output, opcode, payload, isFinal: true);
        return true;
    }

    /// <summary>
    /// Whether a whole message that was framed for all, by <see cref="PreparedFrame"/>, may be written now: into the output, past us.
    /// </summary>
    /// <exception cref="InvalidOperationException">A fragmented message is not finished.</exception>
    internal bool AdmitsPrepared()
    {
        // RFC 6455 §5.3: a client's frames each have a key of their own, so none can be prepared for it.
        if (_isCloseSent || role == Role.Client)
        {
            return false;
        }

        ThrowUnlessInTurn(isContinuation: false);
        return true;
    }

    /// <summary>Writes the close frame, once (RFC 6455 §5.5.1).</summary>
    internal bool WriteClose(IBufferWriter<byte> output, CloseCode code, ReadOnlySpan<char> reason)
    {
        if (_isCloseSent)
        {
            return false;
        }

        Span<byte> body = stackalloc byte[FrameHeader.MaxControlPayload];
        var length = ClosePayload.Write(body, code, reason);
        Write(output, Opcode.Close, body[..length], isFinal: true);
        _isCloseSent = true;
        return true;
    }

    // RFC 6455 §5.4: messages are not interleaved, and a continuation continues something.
    private void ThrowUnlessInTurn(bool isContinuation)
    {
        if (isContinuation != _inMessage)
        {
            throw new InvalidOperationException(_inMessage
                ? "A fragmented message is not finished: its next frame must be a continuation."
                : "There is no fragmented message to continue.");
        }
    }

    private void Write(
        IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool isFinal, ReservedBits reserved = ReservedBits.None)
    {
        if (role == Role.Server && payload.Length <= FrameHeader.MaxControlPayload)
        {
            // RFC 6455 §5.2, the short form, as FrameWriter would write it: most messages are short.
            var size = 2 + payload.Length;
            var span = output.GetSpan(size);
            span[1] = (byte)payload.Length;
            span[0] = (byte)((isFinal ? 0b1000_0000 : 0) | (int)reserved | (int)opcode);
            payload.CopyTo(span[2..]);
            output.Advance(size);
            return;
        }

        var isMasked = role == Role.Client;
        var header = new FrameHeader(isFinal, reserved, opcode, isMasked, isMasked ? keys.Next() : 0, payload.Length);
        FrameWriter.Write(output, header, payload);
    }
}
