using System.Net.Security;
using System.Text;

namespace Switchboard.Transports.Tls;

/// <content>
/// The handshake, in steps: one for each of the inner transport's batches. Each ends when the stream wants more bytes, or is authenticated. A step that
/// looks at a certificate is taken on the thread pool while the inner transport is paused, and the last of them comes back to its thread.
/// </content>
internal sealed partial class TlsTransport
{
    // Of _turn: a step is under way, and whoever takes it closes afterwards; the inner transport has ended.
    private const int Stepping = 1;
    private const int Closed = 2;

    // RFC 8446 §5.1: the type of a record is its first byte.
    private const byte AlertRecord = 0x15;
    private const byte HandshakeRecord = 0x16;

    private static ReadOnlySpan<byte> PlainAnswer =>
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 46\r\n\r\nThis port speaks TLS: use wss:// or https://.\n"u8;

    private int _turn;
    private bool _isInnerStarted;
    private bool _hasHeardPeer;

    // The thread that takes a step on the inner transport's behalf, and how the step has ended there.
    private int _stepThread;
    private bool _hasEndedHere;
    private bool _waitsHere;

    private void BeginAsClient()
    {
        // The inner transport is started when the first message is written: nothing is to come before.
        _stage = Stage.Handshaking;
        _turn = Stepping;
        ThreadPool.UnsafeQueueUserWorkItem(static transport => transport.Step(), this, preferLocal: true);
    }

    private bool ShakeHands()
    {
        if (!LooksLikeTls())
        {
            return true;
        }

        _stage = Stage.Handshaking;
        Interlocked.Or(ref _turn, Stepping);
        if (_end.MayBlock)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static transport => transport.Step(), this, preferLocal: true);
            return false;
        }

        _hasEndedHere = false;
        _waitsHere = false;
        Volatile.Write(ref _stepThread, Environment.CurrentManagedThreadId);
        Step();
        Volatile.Write(ref _stepThread, 0);
        if (_hasEndedHere)
        {
            return FinishHandshake();
        }

        // Otherwise it has gone to another thread, which will resume.
        return _waitsHere && !GiveUpStep();
    }

    private void Step()
    {
        if (_stream is null)
        {
            _stream = new SslStream(_pipe, leaveInnerStreamOpen: true);
            _ = AuthenticateAsync(_stream);
        }
        else
        {
            _pipe.FeedKept();
        }
    }

    private async Task AuthenticateAsync(SslStream stream)
    {
        var verdict = new CertificateVerdict();
        try
        {
            await _end.AuthenticateAsync(stream, verdict).ConfigureAwait(false);
            _fault ??= verdict.Problem;
        }
        catch (Exception e)
        {
            _fault ??= verdict.Problem ?? _end.Explain(e);
        }

        if (IsStepHere)
        {
            _hasEndedHere = true;
        }
        else
        {
            Request(Requests.HandshakeEnded);
        }
    }

    private bool IsStepHere => Volatile.Read(ref _stepThread) == Environment.CurrentManagedThreadId;

    // The stream has had all that there was.
    private void WaitForBytes()
    {
        if (_stage != Stage.Handshaking)
        {
            return;
        }

        if (IsStepHere)
        {
            _waitsHere = true;
        }
        else if (!GiveUpStep())
        {
            ResumeInner();
        }
    }

    // The last step was taken elsewhere.
    private void ComeBack()
    {
        // Not if it ended only because the connection did, which is told already.
        if (_stage == Stage.Handshaking && FinishHandshake() && Volatile.Read(ref _turn) == 0)
        {
            ResumeInner();
        }
    }

    /// <returns>Whether to receive more.</returns>
    private bool FinishHandshake()
    {
        var isMoreWanted = true;
        if (_fault is null)
        {
            isMoreWanted = Open();
        }
        else
        {
            Refuse();
        }

        GiveUpStep();
        return isMoreWanted;
    }

    private bool Open()
    {
        Volatile.Write(ref _session, new TlsSession(_stream!));
        SessionBuffers.GiveBackWhenEmpty(_stream!);
        bool isFlushWanted;
        using (Gate.Enter())
        {
            _stage = Stage.Open;
            isFlushWanted = _isFlushWanted;
        }

        // What was sent meanwhile, and what came behind the handshake.
        if (isFlushWanted && ContinueSealing())
        {
            TellOfSending(hasWaited: false);
        }

        Cork.Put(this);
        _isCorked = true;
        Decrypt([]);
        return EndBatch();
    }

    private void Refuse()
    {
        _stage = Stage.Failed;
        _pipe.End();
        if (_end.IsServer && _stream is { IsAuthenticated: true })
        {
            // The runtime sends no alert for a client's certificate on every system, and HTTP has more words.
            try
            {
                _stream.Write(AnswerTo(_fault!));
            }
            catch (Exception)
            {
                // A session that takes nothing more: then the client is cut without a word, and the thread goes on.
            }
        }

        _inner.Flush();
        if (_end.IsServer)
        {
            // Bytes of the client that nobody reads would turn our alert into a reset: it ends first, or is cut at the handshake's deadline.
            _inner.Shutdown();
        }
        else
        {
            _inner.Abort();
        }
    }

    private static byte[] AnswerTo(Exception fault)
    {
        var text = Encoding.UTF8.GetBytes($"{fault.Message}\n");
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\n\r\n"),
            .. text,
        ];
    }

    /// <returns>Whether the connection has ended meanwhile, and that was told.</returns>
    private bool GiveUpStep()
    {
        if ((Interlocked.And(ref _turn, ~Stepping) & Closed) == 0)
        {
            return false;
        }

        Close();
        return true;
    }

    private void ResumeInner()
    {
        if (_end.IsServer || _isInnerStarted)
        {
            _inner.ResumeReceiving();
        }
        else
        {
            _isInnerStarted = true;
            _inner.Start(this);
        }
    }

    private bool LooksLikeTls()
    {
        if (_hasHeardPeer)
        {
            return true;
        }

        if (_pipe.Kept is not [var first, ..])
        {
            return false;
        }

        _hasHeardPeer = true;
        if (first == HandshakeRecord || (first == AlertRecord && !_end.IsServer))
        {
            return true;
        }

        if (_end.IsServer)
        {
            _fault = new TlsException(TlsFailure.NotTls, "The client speaks plain text on a port that speaks TLS.");
            _pipe.Write(PlainAnswer);
        }
        else
        {
            _fault = new TlsException(
                TlsFailure.NotTls, $"{_inner.RemoteEndPoint} does not speak TLS: use ws:// if the server has no TLS, or its port for wss://.");
        }

        Refuse();
        return false;
    }
}
