using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Closing;

/// <summary>The body of a close frame (RFC 6455 §5.5.1): empty, or a two byte code and a UTF-8 reason.</summary>
internal static class ClosePayload
{
    /// <summary>The most bytes a reason can have: a control frame's payload less the code.</summary>
    internal const int MaxReasonBytes = FrameHeader.MaxControlPayload - 2;

    /// <returns>What is wrong with the body, or null.</returns>
    internal static ProtocolError? TryRead(ReadOnlySpan<byte> payload, out CloseCode code, out string reason)
    {
        reason = "";

        // RFC 6455 §7.1.5: no code in the frame is reported as 1005.
        code = CloseCode.NoStatusReceived;
        if (payload.IsEmpty)
        {
            return null;
        }

        // RFC 6455 §5.5.1: if there is a body, its first two bytes MUST be the code.
        if (payload.Length == 1)
        {
            return ProtocolError.CloseBodyTooShort;
        }

        var received = (CloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!MayBeSent(received))
        {
            return ProtocolError.CloseCodeInvalid;
        }

        // RFC 6455 §5.5.1, §8.1: the reason is UTF-8.
        if (!Utf8.IsValid(payload[2..]))
        {
            return ProtocolError.CloseReasonNotUtf8;
        }

        code = received;
        reason = Encoding.UTF8.GetString(payload[2..]);
        return null;
    }

    /// <summary>Writes the body. <see cref="CloseCode.NoStatusReceived"/> is written as no body at all.</summary>
    /// <param name="destination">At least <see cref="FrameHeader.MaxControlPayload"/> bytes.</param>
    /// <param name="code">A code that may be sent, or <see cref="CloseCode.NoStatusReceived"/>.</param>
    /// <param name="reason">Cut at a character's edge to what a control frame can carry.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Write(Span<byte> destination, CloseCode code, ReadOnlySpan<char> reason)
    {
        if (code == CloseCode.NoStatusReceived)
        {
            return 0;
        }

        // RFC 6455 §7.4: what must not be sent is not, even if we are asked to.
        if (!MayBeSent(code))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "This code must not be sent in a close frame.");
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)code);

        // FromUtf16 stops before the first character that does not fit, and replaces a lone surrogate by U+FFFD.
        Utf8.FromUtf16(reason, destination.Slice(2, MaxReasonBytes), out _, out var written, replaceInvalidSequences: true);
        return 2 + written;
    }

    // RFC 6455 §7.4.1, §7.4.2: 1004 is reserved; 1005, 1006 and 1015 "MUST NOT be set as a status code in a Close control frame";
    // below 1000 is not used, 1016-2999 is reserved for future versions, 3000-4999 is open to libraries and applications.
    internal static bool MayBeSent(CloseCode code) => (int)code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
