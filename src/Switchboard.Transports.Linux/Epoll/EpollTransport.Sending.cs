using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <content>
/// Sending, from any thread, by one at a time. Under the gate a thread takes the right to send and looks at what is next; the system is called
/// without it. Who is at it when the connection ends gives the queue back, and closes the descriptor.
/// </content>
internal sealed partial class EpollTransport
{
    [ThreadStatic]
    private static List<ArraySegment<byte>>? _threadPieces;

    public override void Flush()
    {
        using (Gate.Enter())
        {
            if (_output.IsEmpty || !TryTakeSending())
            {
                return;
            }
        }

        Send();
    }

    public override bool TryBeginWriteThrough(int size)
    {
        if (!_output.IsEmpty || !TryTakeSending())
        {
            return false;
        }

        _output.BeginThrough(size);
        return true;
    }

    public override void WriteThrough(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var sent = TakenOf(_descriptor.Send(head, body));
        using (Gate.Enter())
        {
            _output.EndThrough(sent, head, body);
        }

        Send(isFull: sent < head.Length + body.Length);
    }

    public override void Shutdown()
    {
        using (Gate.Enter())
        {
            _isShutdownWanted = true;
            if (!TryTakeSending())
            {
                return;
            }
        }

        Send();
    }

    private void ContinueSending()
    {
        using (Gate.Enter())
        {
            if (_isSending)
            {
                _isSpaceSeen = true;
                return;
            }

            _isCongested = false;
            if ((_output.IsEmpty && !_isShutdownWanted) || !TryTakeSending())
            {
                return;
            }
        }

        Send();
        TellOfSending(hasWaited: true);
    }

    // Under the gate: the right to send, if nobody has it and the system is not known to have no room.
    private bool TryTakeSending()
    {
        if (_isSending || _isEnded || _isCongested)
        {
            return false;
        }

        _isSending = true;
        _isSpaceSeen = false;
        return true;
    }

    // How many bytes the system took, by what the call has answered; a failure ends the connection.
    private int TakenOf(int answer)
    {
        if (answer < 0 && answer != -LibC.EAGAIN)
        {
            End(Failure.Of(-answer), isAbortive: true);
        }

        return Math.Max(answer, 0);
    }

    // One thread at a time is here, without the gate, as long as _isSending is set.
    /// <param name="isFull">Whether the system is known to have no room.</param>
    private void Send(bool isFull = false)
    {
        var sent = 0;
        while (TakeNext(sent, isFull, out var pieces, out var first))
        {
            var size = first.Count;
            if (pieces is null)
            {
                sent = TakenOf(_descriptor.Send(first));
            }
            else
            {
                sent = TakenOf(_descriptor.Send(pieces));
                size = 0;
                foreach (var piece in pieces)
                {
                    size += piece.Count;
                }

                pieces.Clear();
            }

            isFull = sent < size;
        }
    }

    /// <param name="sent">How many bytes the system took.</param>
    /// <param name="isFull">Whether it had no room for more.</param>
    /// <param name="pieces">What is next, if it lies in several pieces.</param>
    /// <param name="first">The first of them.</param>
    /// <returns>False when there is nothing more to send now, or nobody to send it to.</returns>
    private bool TakeNext(int sent, bool isFull, out List<ArraySegment<byte>>? pieces, out ArraySegment<byte> first)
    {
        pieces = null;
        first = default;
        bool isCloseLeft;
        bool isShutdownLeft;
        using (Gate.Enter())
        {
            if (_isEnded)
            {
                // End() has left the queue to us, as we were at its bytes.
                _output.Abandon();
                _isSending = false;
                isCloseLeft = _isCloseLeft;
                isShutdownLeft = false;
            }
            else if (IsMore(sent, isFull, out isShutdownLeft, ref pieces, ref first))
            {
                return true;
            }
            else
            {
                isCloseLeft = false;
            }
        }

        // Neither of them under the gate: they are system calls.
        if (isCloseLeft)
        {
            _descriptor.Close();
        }

        if (!isShutdownLeft)
        {
            return false;
        }

        // Still the one who sends, so nobody closes the descriptor meanwhile. Then once more, for what has happened since.
        _descriptor.ShutdownSending();
        return TakeNext(0, isFull: false, out pieces, out first);
    }

    // Under the gate.
    private bool IsMore(
        int sent, bool isFull, out bool isShutdownLeft, ref List<ArraySegment<byte>>? pieces, ref ArraySegment<byte> first)
    {
        isShutdownLeft = false;
        _output.Consume(sent);
        if (isFull && !_isSpaceSeen)
        {
            _isCongested = true;
            _isSending = false;
            return false;
        }

        _isSpaceSeen = false;
        first = _output.PeekFirst();
        if (first.Count > 0)
        {
            if (_output.Pieces > 1)
            {
                pieces = _threadPieces ??= new List<ArraySegment<byte>>(Descriptor.MaxPieces);
                _output.Peek(pieces, Descriptor.MaxPieces);
            }

            return true;
        }

        isShutdownLeft = _isShutdownWanted && !_isShutDown;
        _isShutDown |= isShutdownLeft;
        _isSending = isShutdownLeft;
        return false;
    }
}
