namespace Switchboard.Protocol.Connection;

internal enum ProtocolEventKind
{
    /// <summary>A message, or the rest of one that came in parts.</summary>
    Text,

    /// <summary>A message, or the rest of one that came in parts.</summary>
    Binary,

    /// <summary>A part of a message, of which more comes: see <see cref="ProtocolConnection.HandsUpParts"/>. A character may be cut.</summary>
    TextPart,

    /// <summary>A part of a message, of which more comes.</summary>
    BinaryPart,

    Ping,
    Pong,

    /// <summary>The peer's close frame. Nothing is read after it.</summary>
    Close,

    /// <summary>The peer broke a rule (RFC 6455 §7.1.7). Nothing is read after it.</summary>
    Failure,
}

/// <summary>Something that the peer did. Its payload is valid until the next byte is read.</summary>
internal readonly ref struct ProtocolEvent
{
    internal required ProtocolEventKind Kind { get; init; }

    /// <summary>The message, or what a ping or pong carried: unmasked, and UTF-8 if it is text.</summary>
    internal ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>With <see cref="ProtocolEventKind.Close"/>: what the peer said. With a failure: what we answer.</summary>
    internal CloseCode Code { get; init; }

    /// <summary>With a close: the peer's reason. With a failure: the rule that was broken.</summary>
    internal string? Reason { get; init; }

    /// <summary>Whether RFC 6455 wants a frame in return: <see cref="ProtocolConnection.WriteReply"/> writes it.</summary>
    internal bool NeedsReply => Kind is ProtocolEventKind.Ping or ProtocolEventKind.Close or ProtocolEventKind.Failure;
}
