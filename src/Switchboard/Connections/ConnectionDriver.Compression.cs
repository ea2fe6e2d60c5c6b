using System.Buffers;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <content>
/// Compressing (RFC 7692): before the gate is taken, for it takes longer than a copy. Where messages refer to earlier ones, whoever compresses
/// has <see cref="PermessageDeflate.BeginSending"/> until the message is written, so that they leave in that order.
/// </content>
internal sealed partial class ConnectionDriver
{
    private readonly PermessageDeflate? _deflate;

    // From here on a message is worth a second look: it may be compressed, or sent from where it lies.
    private readonly int _longFrom;

    /// <summary>The extensions that are in use, as the server has answered; "" if there are none.</summary>
    internal string Extensions => _deflate?.Header ?? "";

    /// <summary>Sends a message that others get too.</summary>
    /// <param name="type">The message's.</param>
    /// <param name="frame">The whole frame, as it is without compression.</param>
    /// <param name="payloadLength">How many of its bytes are payload.</param>
    /// <param name="compressed">The frames with compression; null if it is not to be compressed.</param>
    /// <returns>False if it was not queued: the connection is not open, or its backlog is full.</returns>
    internal bool SendShared(MessageType type, in SharedBytes frame, int payloadLength, CompressedFrames? compressed)
    {
        if (compressed is not null && _deflate is { } deflate && deflate.Wants(payloadLength))
        {
            var shorter = compressed.Get(deflate.Form, type, frame.Span[^payloadLength..], out var length);
            if (length > 0)
            {
                return SendShorter(deflate, Outgoing.Framed(type, shorter, length, isCompressed: true));
            }
        }

        return Send(Outgoing.Framed(type, frame, payloadLength, isCompressed: false));
    }

    private bool SendShorter(PermessageDeflate deflate, in Outgoing message)
    {
        if (!deflate.KeepsOutbound)
        {
            return Send(message);
        }

        // The receiver's window has this message in it then, and ours has not.
        using var sending = deflate.BeginSending();
        sending.ForgetContext();
        return Send(message);
    }

    private bool SendCompressed(PermessageDeflate deflate, MessageType type, ReadOnlySpan<byte> payload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
        try
        {
            using var sending = deflate.BeginSending();
            if (!sending.TryCompress(payload, buffer.AsSpan(0, payload.Length), out var length))
            {
                return SendLong(type, payload, isCompressed: false);
            }

            if (SendLong(type, buffer.AsSpan(0, length), isCompressed: true))
            {
                return true;
            }

            sending.ForgetContext();
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SendResult BeginCompressed(
        PermessageDeflate deflate, MessageType type, ReadOnlyMemory<byte> payload, out long position, out PendingSend? pending)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
        try
        {
            using var sending = deflate.BeginSending();
            if (!sending.TryCompress(payload.Span, buffer.AsSpan(0, payload.Length), out var length))
            {
                return Begin(type, payload, isCompressed: false, out position, out pending);
            }

            var begun = Begin(type, buffer.AsMemory(0, length), isCompressed: true, out position, out pending);
            if (begun != SendResult.Written)
            {
                sending.ForgetContext();
            }

            return begun;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
