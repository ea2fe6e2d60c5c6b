namespace Switchboard.Protocol.Messages;

/// <summary>How much of one message a peer may make us hold (RFC 6455 §10.4).</summary>
/// <param name="MaxMessageBytes">The most payload bytes of one message, over all its fragments.</param>
/// <param name="MaxFragments">The most frames of one message. Empty frames count: an endless row of them is an attack, not a message.</param>
internal sealed record MessageLimits(int MaxMessageBytes, int MaxFragments)
{
    /// <summary>1 MiB, in pieces as small as 64 bytes.</summary>
    internal static MessageLimits Default { get; } = new(1024 * 1024, 16 * 1024);

    /// <summary>The most payload bytes of a compressed message on the wire: some more, for data that only grows when it is compressed.</summary>
    internal long MaxCompressedBytes { get; } = MaxMessageBytes + (MaxMessageBytes / 8L) + 1024;
}
