namespace Switchboard.Transports.Tls;

/// <content>
/// Sending, from any thread, by one at a time. What is written stays as it is, shared bytes by reference, until the inner transport has nothing left to send;
/// then as much is encrypted as one call of the system may take. So a peer that does not read costs what it would without TLS.
/// </content>
internal sealed partial class TlsTransport
{
    // Four full records: enough for the system to be busy while the next are made.
    private const int MostSealed = 64 * 1024;

    // Under the gate.
    private bool _isSealing;
    private bool _isFlushWanted; // During the handshake.
    private bool _isShutdownWanted;
    private bool _isShutDown;
    private bool _isOver;

    // Plain bytes that were encrypted since the inner transport's queue was empty. They count as unsent until it is again: told late, never early.
    private long _sealed;

    public override long Unsent => base.Unsent + _sealed;

    public override long OwnUnsent => base.OwnUnsent + _sealed;

    private bool IsInnerElsewhere => _inner is Buffers.QueuedTransport { IsElsewhere: true };

    public override void Flush()
    {
        using (Gate.Enter())
        {
            if (_output.IsEmpty)
            {
                return;
            }

            _isFlushWanted = true;
            if (!TryTakeSealing())
            {
                return;
            }
        }

        Seal();
    }

    /// <summary>Sends what was written, then the close notification, then the end. During the handshake all of that waits for it.</summary>
    public override void Shutdown()
    {
        using (Gate.Enter())
        {
            _isFlushWanted = true;
            _isShutdownWanted = true;
            if (!TryTakeSealing())
            {
                return;
            }
        }

        Seal();
    }

    private protected override void TellOfSending(bool hasWaited)
    {
        // Nothing is sent before the handshake is done.
        if (_stage == Stage.Open)
        {
            base.TellOfSending(hasWaited);
        }
    }

    private protected override void FlushFromOutside()
    {
        if (IsInnerElsewhere)
        {
            Request(Requests.Flush);
        }
        else
        {
            base.FlushFromOutside();
        }
    }

    private void FlushWhereItBelongs()
    {
        if (IsInnerElsewhere)
        {
            Request(Requests.Flush);
        }
        else
        {
            FlushNoted();
        }
    }

    /// <returns>False if there is nobody yet, or any more, to send to; or another thread is at it, and will see what we have seen.</returns>
    private bool ContinueSealing()
    {
        using (Gate.Enter())
        {
            if (!TryTakeSealing())
            {
                return false;
            }
        }

        Seal();
        return true;
    }

    // Under the gate.
    private bool TryTakeSealing()
    {
        if (_stage != Stage.Open || _isSealing || _isOver)
        {
            return false;
        }

        _isSealing = true;
        return true;
    }

    // One thread at a time is here, without the gate, as long as _isSealing is set.
    private void Seal()
    {
        try
        {
            while (MayGoOn(out var isEnd))
            {
                if (isEnd)
                {
                    TellOfEnd();
                    continue;
                }

                for (var room = MostSealed; room > 0 && TryPeek(room, out var plain); room -= plain.Count)
                {
                    Encrypt(plain);
                }

                _inner.Flush();
            }
        }
        catch (Exception e)
        {
            // The stream has failed, most likely on the reading side, and encrypts nothing more.
            _fault ??= _end.Explain(e);
            _inner.Abort();
            GiveUpSealing();
        }
    }

    /// <param name="isEnd">Whether the end is to be told, for all that was written is sent.</param>
    /// <returns>Whether there is anything to do now. The inner transport tells when there is room again.</returns>
    private bool MayGoOn(out bool isEnd)
    {
        isEnd = false;
        bool isOver;
        using (Gate.Enter())
        {
            // What the inner transport has sent it tells afterwards. Whoever is told comes to this gate before us, and we see what he has
            // seen, or behind us, and goes on himself.
            isOver = _isOver;
            if (!isOver && InnerUnsent == 0)
            {
                _sealed = 0;
                isEnd = _output.IsEmpty && _isShutdownWanted && !_isShutDown;
                if (isEnd || !(_output.IsEmpty || _isShutDown))
                {
                    _isShutDown |= isEnd;
                    return true;
                }
            }

            _isSealing = false;
        }

        if (isOver)
        {
            Abandon();
        }

        return false;
    }

    private long InnerUnsent
    {
        get
        {
            using (_inner.Gate.Enter())
            {
                return _inner.Unsent;
            }
        }
    }

    private bool TryPeek(int most, out ArraySegment<byte> plain)
    {
        using (Gate.Enter())
        {
            plain = _isOver ? default : _output.PeekFirst();
            plain = plain.Count > most ? plain[..most] : plain;
            return plain.Count > 0;
        }
    }

    private void Encrypt(ArraySegment<byte> plain)
    {
        var writing = _stream!.WriteAsync(plain);
        if (!writing.IsCompletedSuccessfully)
        {
            // The pipe takes all at once, so it has failed.
            writing.AsTask().GetAwaiter().GetResult();
        }

        using (Gate.Enter())
        {
            _output.Consume(plain.Count);
            _sealed += plain.Count;
        }
    }

    private void TellOfEnd()
    {
        // The stream locks itself when it encrypts and decrypts, but not for this.
        lock (_pipe)
        {
            _stream!.ShutdownAsync().GetAwaiter().GetResult();
        }

        _inner.Shutdown();
    }

    private void GiveUpSealing()
    {
        bool isOver;
        using (Gate.Enter())
        {
            _isSealing = false;
            isOver = _isOver;
        }

        if (isOver)
        {
            Abandon();
        }
    }

    private void EndSealing()
    {
        bool isLeft;
        using (Gate.Enter())
        {
            _isOver = true;
            isLeft = _isSealing;
        }

        if (!isLeft)
        {
            Abandon();
        }
    }

    // Nobody is at the stream, or at the queue's bytes, any more.
    private void Abandon()
    {
        using (Gate.Enter())
        {
            _output.Abandon();
        }

        _stream?.Dispose();
    }
}
