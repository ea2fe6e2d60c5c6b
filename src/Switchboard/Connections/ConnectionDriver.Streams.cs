using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;

namespace Switchboard.Connections;

/// <content>
/// Messages larger than memory. One that comes is handed up in parts; one that is sent keeps its place until its last fragment is written.
/// </content>
internal sealed partial class ConnectionDriver
{
    /// <summary>From now on messages are handed up to <see cref="IConnectionOwner.OnPart"/>, from any thread. One that has begun is gathered to its end.</summary>
    internal void HandUpParts()
    {
        _protocol.HandsUpParts = true;
        StartListening();
    }

    /// <inheritdoc cref="PermessageDeflate.NewDeflater"/>
    internal Deflater? NewDeflater() => _deflate?.NewDeflater();

    /// <summary>Sends a message's next fragment, in its place among all messages.</summary>
    /// <param name="message">The message. Its first fragment takes the place.</param>
    /// <param name="payload">Left alone until the task is complete.</param>
    /// <param name="isFinal">Whether the message ends with it.</param>
    /// <param name="cancellationToken">Ends the waiting. A fragment that was written is sent all the same.</param>
    /// <returns>True when the system has taken it, false if the connection is closing or has ended.</returns>
    internal async ValueTask<bool> SendFragmentAsync(
        StreamedSend message, ReadOnlyMemory<byte> payload, bool isFinal, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var fragment = new PendingSend(message.Type, payload, message.IsCompressed);
        if (!TryContinue(message, fragment, isFinal))
        {
            return false;
        }

        Flush();
        using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                using (_transport.Gate.Enter())
                {
                    message.Cancel(fragment, token);
                }
            },
            null);
        return await fragment.Task.ConfigureAwait(false);
    }

    /// <summary>The message will not be ended. One that has begun takes the connection with it: to end it here would make a whole message of it.</summary>
    internal void GiveUp(StreamedSend message)
    {
        using (_transport.Gate.Enter())
        {
            if (message.Position is not null || message.Place is not { List: not null })
            {
                return;
            }

            if (!message.IsBegun)
            {
                _sends!.Withdraw(message);
                message.Complete(isSent: false);
            }
        }

        if (message.IsBegun)
        {
            Abort(FailureKind.Aborted, "A message that was sent as a stream was given up before its end.");
        }
        else
        {
            AfterSending();
        }
    }

    private bool TryContinue(StreamedSend message, PendingSend fragment, bool isFinal)
    {
        if (message.Place is not null || !message.IsCompressed)
        {
            return TryContinueInPlace(message, fragment, isFinal);
        }

        // It is compressed by itself: the receiver's window will have it, and ours will not, so what comes behind it must not refer to what was before.
        using var sending = _deflate!.BeginSending();
        sending.ForgetContext();
        return TryContinueInPlace(message, fragment, isFinal);
    }

    private bool TryContinueInPlace(StreamedSend message, PendingSend fragment, bool isFinal)
    {
        using (_transport.Gate.Enter())
        {
            if (!IsOpen)
            {
                return false;
            }

            message.Continue(fragment, isFinal);
            if (message.Place is null)
            {
                Enqueue(message);
            }

            _sends!.WriteWaiting(WriteIfRoom);
            return true;
        }
    }

    private long? WriteIfRoom(PendingSend send) =>
        send is StreamedSend message ? WriteFragment(message)
        : HasRoomBehindWaiting(send.Payload.Length) ? Write(send)
        : null;

    // Null as long as the message goes on: nobody else is written then.
    private long? WriteFragment(StreamedSend message)
    {
        if (!IsOpen)
        {
            // The closing handshake came before its end.
            message.Complete(isSent: false);
            return _written;
        }

        if (message.Fragment is not { Position: null } fragment || !HasRoomBehindWaiting(fragment.Payload.Length))
        {
            return null;
        }

        var before = _transport.Unsent;
        _protocol.WriteFragment(
            _transport,
            message.IsBegun ? Opcode.Continuation : Outgoing.OpcodeOf(message.Type),
            fragment.Payload.Span,
            message.IsFinal,
            message.IsCompressed && !message.IsBegun);
        Count(fragment.Payload.Length, before);
        message.IsBegun = true;
        fragment.Position = _written;
        return message.IsFinal ? _written : null;
    }
}
