using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Connection;

/// <summary>The rules that a frame's header must keep, apart from how it is encoded.</summary>
internal static class FrameRules
{
    /// <param name="header">The header that came.</param>
    /// <param name="receiver">Our role.</param>
    /// <param name="claimed">The reserved bits that a negotiated extension gives a meaning to.</param>
    /// <param name="inMessage">Whether a fragmented message waits to be continued.</param>
    /// <returns>The rule that is broken, or null.</returns>
    internal static ProtocolError? Judge(in FrameHeader header, Role receiver, ReservedBits claimed, bool inMessage)
    {
        // RFC 6455 §5.1: "a server MUST close the connection upon receiving a frame that is not masked", a client one that is.
        if (header.IsMasked != (receiver == Role.Server))
        {
            return header.IsMasked ? ProtocolError.Masked : ProtocolError.NotMasked;
        }

        // RFC 6455 §5.2: a reserved bit "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values".
        if ((header.Reserved & ~claimed) != 0)
        {
            return ProtocolError.ReservedBitSet;
        }

        // RFC 6455 §5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
        if (!header.Opcode.IsKnown())
        {
            return ProtocolError.OpcodeReserved;
        }

        if (header.Opcode.IsControl())
        {
            // RFC 6455 §5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
            if (!header.Fin)
            {
                return ProtocolError.ControlFrameFragmented;
            }

            if (header.PayloadLength > FrameHeader.MaxControlPayload)
            {
                return ProtocolError.ControlFrameTooLong;
            }

            // RFC 7692 §6: the extension's bit speaks of messages; a control frame has none of it.
            return header.Reserved == 0 ? null : ProtocolError.ReservedBitSet;
        }

        // RFC 6455 §5.4: a message's first frame has its opcode, the others have 0, and messages are not interleaved.
        if (header.Opcode == Opcode.Continuation)
        {
            if (!inMessage)
            {
                return ProtocolError.ContinuationWithoutStart;
            }

            // RFC 7692 §6.1: RSV1 stands on a message's first frame only.
            return header.Reserved == 0 ? null : ProtocolError.ReservedBitSet;
        }

        return inMessage ? ProtocolError.MessageNotFinished : null;
    }
}
