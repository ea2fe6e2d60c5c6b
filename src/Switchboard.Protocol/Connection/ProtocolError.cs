namespace Switchboard.Protocol.Connection;

/// <summary>A rule that the peer broke: the code to close with, and a sentence fit for the close frame and the log.</summary>
internal readonly record struct ProtocolError(CloseCode Code, string Reason)
{
    // RFC 6455 §5.2
    internal static readonly ProtocolError LengthInvalid = Breach("A frame's length was not in its shortest form, or negative.");
    internal static readonly ProtocolError OpcodeReserved = Breach("A frame had a reserved opcode.");
    internal static readonly ProtocolError ReservedBitSet = Breach("A frame had a reserved bit set that no extension claims.");

    // RFC 6455 §5.1
    internal static readonly ProtocolError NotMasked = Breach("A client's frame was not masked.");
    internal static readonly ProtocolError Masked = Breach("A server's frame was masked.");

    // RFC 6455 §5.4
    internal static readonly ProtocolError ContinuationWithoutStart = Breach("A continuation frame had no message to continue.");
    internal static readonly ProtocolError MessageNotFinished = Breach("A new message began before the last one was finished.");

    // RFC 6455 §5.5
    internal static readonly ProtocolError ControlFrameFragmented = Breach("A control frame was fragmented.");
    internal static readonly ProtocolError ControlFrameTooLong = Breach("A control frame was over 125 bytes.");
    internal static readonly ProtocolError CloseBodyTooShort = Breach("A close frame's body was a single byte.");
    internal static readonly ProtocolError CloseCodeInvalid = Breach("A close frame had a code that must not be sent.");

    // RFC 6455 §8.1
    internal static readonly ProtocolError CloseReasonNotUtf8 = new(CloseCode.InvalidPayload, "A close frame's reason was not UTF-8.");
    internal static readonly ProtocolError TextNotUtf8 = new(CloseCode.InvalidPayload, "A text message was not UTF-8.");

    // RFC 7692 §6; RFC 6455 §7.4.1: 1007 is for data that does not fit the message's type, and is what others answer, too.
    internal static readonly ProtocolError DeflateInvalid = new(CloseCode.InvalidPayload, "A compressed message could not be inflated.");

    // RFC 6455 §10.4
    internal static readonly ProtocolError MessageTooBig = new(CloseCode.MessageTooBig, "A message was larger than the limit.");
    internal static readonly ProtocolError TooManyFragments = new(CloseCode.PolicyViolation, "A message had more fragments than the limit.");

    private static ProtocolError Breach(string reason) => new(CloseCode.ProtocolError, reason);
}
