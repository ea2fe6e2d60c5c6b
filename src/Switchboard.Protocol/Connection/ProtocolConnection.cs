using System.Buffers;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Protocol.Connection;

/// <summary>
/// RFC 6455 after the opening handshake, in both roles: bytes in, events and bytes out. It does no I/O and never waits.
/// </summary>
/// <remarks>
/// The two halves share no state, so one thread may read while another writes: reading belongs to one thread at a time, and
/// writing to one thread at a time. What the RFC wants said in return to an event is written by <see cref="WriteReply"/>.
/// </remarks>
/// <param name="role">Which end we are.</param>
/// <param name="limits">How much of one message is held.</param>
/// <param name="deflate">What was agreed on about compression; null if messages are not compressed.</param>
/// <param name="keys">Where a client's masking keys come from; default the system's cryptographic source.</param>
internal sealed class ProtocolConnection(
    Role role,
    MessageLimits limits,
    PermessageDeflate? deflate = null,
    MaskingKeys? keys = null)
{
    private InboundHalf _inbound = new(role, limits, deflate);
    private OutboundHalf _outbound = new(role, keys ?? MaskingKeys.Random);

    internal ConnectionPhase Phase => (_inbound.IsFinished, _outbound.IsCloseSent) switch
    {
        (false, false) => ConnectionPhase.Open,
        (true, true) => ConnectionPhase.Closed,
        _ => ConnectionPhase.Closing,
    };

    /// <summary>Whether our close frame was written: then every write answers false and writes nothing.</summary>
    internal bool IsCloseSent => _outbound.IsCloseSent;

    /// <summary>Whether the peer's close frame came, or it broke a rule: then whatever it sends is dropped.</summary>
    internal bool IsCloseReceived => _inbound.IsFinished;

    /// <summary>The memory that an unfinished message pins, in bytes.</summary>
    internal long PinnedBytes => _inbound.PinnedBytes;

    /// <summary>
    /// Whether messages are handed up as they come: as parts, and at last the rest of it as what a whole message is. They may have any size then,
    /// and any number of fragments, for none is held here. For messages that begin from now on; may be set by any thread.
    /// </summary>
    internal bool HandsUpParts
    {
        get => _inbound.HandsUpParts;
        set => _inbound.HandsUpParts = value;
    }

    /// <summary>Takes bytes until something happened.</summary>
    /// <param name="input">What came. It is unmasked in place, and cut to what was not looked at yet.</param>
    /// <param name="received">What happened, if true is returned. Its payload may lie in the input and is valid until the next call.</param>
    /// <returns>
    /// False when all of the input was taken, and all was handed up that came of it: also without more input a message in parts may have another.
    /// </returns>
    internal bool TryRead(scoped ref Span<byte> input, out ProtocolEvent received) => _inbound.TryRead(ref input, out received);

    /// <summary>The last event was seen: what its payload pinned can go. The next <see cref="TryRead"/> does the same.</summary>
    internal void ReleaseDelivered() => _inbound.ReleaseDelivered();

    /// <summary>Writes a whole message as one frame.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="payload">The message, or what it was compressed to.</param>
    /// <param name="isCompressed">Which of them.</param>
    /// <returns>False if our close frame was sent before: nothing was written. So it is with every method that writes.</returns>
    internal bool WriteMessage(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool isCompressed = false) =>
        _outbound.WriteMessage(output, opcode, payload, isCompressed ? PermessageDeflate.Mark : ReservedBits.None);

    /// <inheritdoc cref="OutboundHalf.WriteFragment"/>
    internal bool WriteFragment(
        IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool isFinal, bool isCompressed = false) =>
        _outbound.WriteFragment(output, opcode, payload, isFinal, isCompressed ? PermessageDeflate.Mark : ReservedBits.None);

    /// <inheritdoc cref="OutboundHalf.AdmitsPrepared"/>
    internal bool AdmitsPrepared() => _outbound.AdmitsPrepared();

    /// <param name="output">Where the frame goes.</param>
    /// <param name="payload">At most 125 bytes, given back by the peer's pong.</param>
    internal bool WritePing(IBufferWriter<byte> output, ReadOnlySpan<byte> payload) =>
        _outbound.WriteControl(output, Opcode.Ping, payload);

    /// <summary>Writes a pong that nobody asked for (RFC 6455 §5.5.3).</summary>
    internal bool WritePong(IBufferWriter<byte> output, ReadOnlySpan<byte> payload) =>
        _outbound.WriteControl(output, Opcode.Pong, payload);

    /// <inheritdoc cref="OutboundHalf.WriteClose"/>
    internal bool WriteClose(IBufferWriter<byte> output, CloseCode code, ReadOnlySpan<char> reason) =>
        _outbound.WriteClose(output, code, reason);

    /// <summary>Writes what RFC 6455 wants said to this event; nothing if it wants nothing, or if our close frame was sent before.</summary>
    internal bool WriteReply(IBufferWriter<byte> output, in ProtocolEvent received) => received.Kind switch
    {
        // §5.5.2: a pong "as soon as is practical"; §5.5.3: with the ping's own payload.
        ProtocolEventKind.Ping => WritePong(output, received.Payload),

        // §5.5.1: "the endpoint MUST send a Close frame in response", and typically echoes the code.
        ProtocolEventKind.Close => WriteClose(output, received.Code, ""),

        // §7.1.7: "it SHOULD send a Close frame with an appropriate status code".
        ProtocolEventKind.Failure => WriteClose(output, received.Code, received.Reason),
        _ => false,
    };

    /// <summary>Gives back what reading holds; for when the transport has ended. Called by the thread that reads.</summary>
    internal void Release() => _inbound.Release();
}
