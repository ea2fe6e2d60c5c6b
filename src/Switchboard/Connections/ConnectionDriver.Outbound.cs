using System.Buffers;
using System.Text;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <content>Writing, from any thread: into the transport under its gate, then a flush without it.</content>
internal sealed partial class ConnectionDriver
{
    // How many backlogs' worth of messages may wait in their callers' memory. Who awaits each send comes nowhere near.
    private const int MaxAwaited = 16;

    // From here on copying a message costs more than sending it by itself. (bench/: echo of 16 KiB and of 1 MiB.)
    private const int WriteThroughFrom = 12 * 1024;

    private SendQueue? _sends;

    // How many bytes were ever written: a send is done when the system has taken the stream up to its end.
    private long _written;
    private long _payloadWritten;
    private DrainWork? _drain;

    // A backlog is being sent, and its end is to be told.
    private volatile bool _isDrainWanted;

    private enum SendResult
    {
        Written,
        NotOpen,
        Full,
    }

    /// <summary>Payload bytes that the system has not taken yet, framing not counted (WHATWG, <c>bufferedAmount</c>).</summary>
    internal long BufferedAmount
    {
        get
        {
            using (_transport.Gate.Enter())
            {
                var amount = Math.Min(_transport.Unsent, _payloadWritten) + (_sends is { } sends ? sends.AwaitedBytes + sends.CopiedBytes : 0);

                // Whoever sees that something waits may wait for the drain, also if it was only on its way to the loop.
                _isDrainWanted |= amount > 0;
                return amount;
            }
        }
    }

    private long Taken => _written - _transport.Unsent;

    /// <returns>False if it was not queued: the connection is not open, or its backlog is full.</returns>
    internal bool Send(MessageType type, ReadOnlySpan<byte> payload, bool compress)
    {
        if (payload.Length < _longFrom)
        {
            return SendAsIs(type, payload, isCompressed: false);
        }

        return compress && _deflate is { } deflate && deflate.Wants(payload.Length)
            ? SendCompressed(deflate, type, payload)
            : SendLong(type, payload, isCompressed: false);
    }

    private bool SendLong(MessageType type, ReadOnlySpan<byte> payload, bool isCompressed) =>
        (payload.Length >= WriteThroughFrom && TryWriteThrough(type, payload, isCompressed, out _)) || SendAsIs(type, payload, isCompressed);

    private bool SendAsIs(MessageType type, ReadOnlySpan<byte> payload, bool isCompressed)
    {
        // Nearly every message: nobody waits, there is room, and it goes with the others of this turn.
        bool isWritten;
        using (_transport.Gate.Enter())
        {
            var before = _transport.Unsent;
            isWritten = !_isEnded && HasRoom(payload.Length) && _protocol.WriteMessage(_transport, Outgoing.OpcodeOf(type), payload, isCompressed);
            if (isWritten)
            {
                Count(payload.Length, before);
            }
        }

        if (!isWritten)
        {
            return Send(Outgoing.Message(type, payload, isCompressed));
        }

        FlushSoon();
        return true;
    }

    /// <returns>False if it was not queued: the connection is not open, or its backlog is full.</returns>
    internal bool Send(in Outgoing message)
    {
        var result = TrySend(message);
        if (result == SendResult.Full)
        {
            // What this turn wrote may not have been offered to the system yet.
            Flush();
            result = TrySend(message);
        }

        switch (result)
        {
            case SendResult.Written:
                FlushSoon();
                return true;
            case SendResult.Full:
                Overflow();
                return false;
            default:
                return false;
        }
    }

    internal bool SendText(ReadOnlySpan<char> text, bool compress)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = null;
        var utf8 = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        var isSent = Send(MessageType.Text, utf8[..Encoding.UTF8.GetBytes(text, utf8)], compress);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isSent;
    }

    /// <returns>True when the system has taken the message, false if the connection ended before.</returns>
    internal async ValueTask<bool> SendAsync(MessageType type, ReadOnlyMemory<byte> payload, bool compress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var begun = compress && _deflate is { } deflate && deflate.Wants(payload.Length)
            ? BeginCompressed(deflate, type, payload, out var position, out var pending)
            : Begin(type, payload, isCompressed: false, out position, out pending);
        switch (begun)
        {
            case SendResult.NotOpen:
                return false;
            case SendResult.Full:
                // A crowd of waiting sends that nobody awaits is no backpressure, but a backlog in disguise.
                Overflow();
                return false;
        }

        if (pending is null)
        {
            using (_transport.Gate.Enter())
            {
                if (position <= Taken)
                {
                    return true;
                }

                if (_isEnded)
                {
                    return false;
                }

                pending = Enqueue(new PendingSend(type, default, isCompressed: false) { Position = position });
            }
        }

        using var registration = cancellationToken.UnsafeRegister(
            (state, token) =>
            {
                using (_transport.Gate.Enter())
                {
                    _sends!.Cancel((PendingSend)state!, token);
                }
            },
            pending);
        return await pending.Task.ConfigureAwait(false);
    }

    public void OnSent(bool hasWaited)
    {
        if (hasWaited)
        {
            // A peer that takes our bytes lives, however long it is busy with them before it comes to our ping.
            _hasHeard = true;
            _isDrainWanted = true;
        }

        AfterSending();
    }

    /// <param name="type">Text or binary.</param>
    /// <param name="payload">The message, or what it was compressed to.</param>
    /// <param name="isCompressed">Which of them.</param>
    /// <param name="position">Where in the stream of bytes it ends, if it was written.</param>
    /// <param name="pending">The message, if it waits for room.</param>
    private SendResult Begin(MessageType type, ReadOnlyMemory<byte> payload, bool isCompressed, out long position, out PendingSend? pending)
    {
        pending = null;
        if (payload.Length >= WriteThroughFrom && TryWriteThrough(type, payload.Span, isCompressed, out position))
        {
            return SendResult.Written;
        }

        var begun = WriteOrWait(type, payload, isCompressed, out position, out pending);
        if (begun == SendResult.Written)
        {
            // It completes when the system has the message, so it does not wait for the end of the turn.
            Flush();
        }

        return begun;
    }

    private SendResult WriteOrWait(MessageType type, ReadOnlyMemory<byte> payload, bool isCompressed, out long position, out PendingSend? pending)
    {
        pending = null;
        position = 0;
        using (_transport.Gate.Enter())
        {
            if (HasRoom(payload.Length))
            {
                var isWritten = Write(Outgoing.Message(type, payload.Span, isCompressed));
                position = _written;
                return isWritten ? SendResult.Written : SendResult.NotOpen;
            }

            if (!IsOpen)
            {
                return SendResult.NotOpen;
            }

            if (_sends is { AwaitedBytes: > 0 and var awaited } && awaited + payload.Length > MaxAwaited * _settings.MaxBacklogBytes)
            {
                return SendResult.Full;
            }

            // What was compressed lies in a buffer that is needed again.
            pending = Enqueue(new PendingSend(type, isCompressed ? payload.ToArray() : payload, isCompressed)
            {
                IsReferredTo = isCompressed && _deflate!.KeepsOutbound,
            });
            return SendResult.Written;
        }
    }

    private PendingSend Enqueue(PendingSend send)
    {
        (_sends ??= new SendQueue()).Enqueue(send);
        return send;
    }

    private SendResult TrySend(in Outgoing message)
    {
        using (_transport.Gate.Enter())
        {
            if (!IsOpen)
            {
                return SendResult.NotOpen;
            }

            if (_sends is { HasUnwritten: true } sends)
            {
                // Behind those that wait, as long as what piles up here is within the limit.
                if (_transport.Unsent + sends.CopiedBytes + message.PayloadLength > _settings.MaxBacklogBytes)
                {
                    return SendResult.Full;
                }

                sends.Enqueue(message.ToPending());
                return SendResult.Written;
            }

            return !HasRoomBehindWaiting(message.PayloadLength) ? SendResult.Full
                : Write(message) ? SendResult.Written : SendResult.NotOpen;
        }
    }

    private bool HasRoom(int size) => _sends is not { HasUnwritten: true } && HasRoomBehindWaiting(size);

    // A message that is larger than the limit is let through when nothing waits before it: the application wanted it.
    private bool HasRoomBehindWaiting(int size) => _transport.Unsent == 0 || _transport.Unsent + size <= _settings.MaxBacklogBytes;

    private bool Write(in Outgoing message)
    {
        var before = _transport.Unsent;
        if (_isEnded || !message.WriteTo(_transport, _protocol))
        {
            return false;
        }

        Count(message.PayloadLength, before);
        return true;
    }

    // What was just written, besides the bytes that were unsent before.
    private void Count(int payloadLength, long before)
    {
        _written += _transport.Unsent - before;
        _payloadWritten = payloadLength + (before == 0 ? 0 : _payloadWritten);
    }

    /// <summary>Sends a large message from where it lies, if nothing is before it.</summary>
    /// <param name="type">Text or binary.</param>
    /// <param name="payload">The message, or what it was compressed to.</param>
    /// <param name="isCompressed">Which of them.</param>
    /// <param name="position">Where in the stream of bytes it ends.</param>
    private bool TryWriteThrough(MessageType type, ReadOnlySpan<byte> payload, bool isCompressed, out long position)
    {
        position = 0;
        if (_transport.Unsent > 0)
        {
            // What this turn wrote has not been offered to the system yet.
            Flush();
        }

        Span<byte> head = stackalloc byte[FrameHeader.MaxSize];
        using (_transport.Gate.Enter())
        {
            var size = PreparedFrame.SizeFor(payload.Length);
            if (!IsOpen || _sends is { HasUnwritten: true } || !_protocol.AdmitsPrepared() || !_transport.TryBeginWriteThrough(size))
            {
                return false;
            }

            head = head[..PreparedFrame.WriteHeader(
                head, Outgoing.OpcodeOf(type), payload.Length, isCompressed ? PermessageDeflate.Mark : ReservedBits.None)];
            Count(payload.Length, before: 0);
            position = _written;
        }

        _transport.WriteThrough(head, payload);
        AfterSending();
        return true;
    }

    private long Write(PendingSend send)
    {
        if (!Write(Outgoing.Message(send.Type, send.Payload.Span, send.IsCompressed)))
        {
            // The closing handshake came before it.
            send.Complete(isSent: false);
        }

        return _written;
    }

    // Writes what the protocol owes the peer. A peer that asks for pongs and reads none gets no more of them than it has room for.
    private void WriteReply(in ProtocolEvent received)
    {
        using (_transport.Gate.Enter())
        {
            if (_isEnded || (received.Kind == ProtocolEventKind.Ping && !HasRoomBehindWaiting(received.Payload.Length)))
            {
                return;
            }

            var before = _transport.Unsent;
            _protocol.WriteReply(_transport, received);
            _written += _transport.Unsent - before;
        }

        FlushSoon();
    }

    private void FlushSoon()
    {
        _transport.FlushSoon();
        AfterSending();
    }

    private void AfterSending()
    {
        if (Settle())
        {
            Flush();
        }
        else
        {
            AccountOutbound();
        }
    }

    private void Flush()
    {
        do
        {
            _transport.Flush();
        }
        while (Settle());
        AccountOutbound();
    }

    // What the system takes at once no callback tells of, and who flushed may have sent what others wait for: each flush is
    // followed by this, on whichever thread.
    /// <returns>Whether messages that waited for room were written, and are to be flushed.</returns>
    private bool Settle()
    {
        if (!_isDrainWanted && _sends is not { IsEmpty: false })
        {
            return false;
        }

        bool isDrained;
        bool hasWritten;
        using (_transport.Gate.Enter())
        {
            var before = _written;
            _sends?.Complete(Taken);
            _sends?.WriteWaiting(WriteIfRoom);
            hasWritten = _written > before;
            isDrained = _isDrainWanted && _transport.Unsent == 0;
            if (isDrained)
            {
                _isDrainWanted = false;
            }
        }

        if (isDrained)
        {
            // Not on the stack of someone who sends.
            _transport.Post(_drain ??= new DrainWork(this));
        }

        return hasWritten;
    }

    private void RaiseDrain()
    {
        if (!_isClosed)
        {
            Guard(HandlerKind.Drain, static (owner, _) => owner.OnDrain(), 0);
        }
    }

    /// <summary>Made for a connection when its first backlog has gone.</summary>
    private sealed class DrainWork(ConnectionDriver driver) : IThreadPoolWorkItem, IBlockingObserver
    {
        public void Execute() => driver.Perform(Work.Drain);

        public void OnBlocking(TimeSpan soFar) => driver.OnBlocking(soFar);
    }
}
