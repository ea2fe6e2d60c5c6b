using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using Switchboard.Transports.Buffers;

namespace Switchboard.Transports.Tls;

/// <summary>
/// TLS over any other transport, on that one's own threads: an <see cref="SslStream"/> between two queues, fed by the inner transport's callbacks. It
/// is the inner transport's receiver, and a transport to its own. The parts: this file receives and ends, .Handshake comes before, .Sending encrypts.
/// </summary>
/// <remarks>
/// While it is idle <see cref="SslStream"/> waits in an empty read and holds no buffer, nor does this.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The stream is disposed when the inner transport has ended.")]
internal sealed partial class TlsTransport : QueuedTransport, ITransportReceiver, IThreadPoolWorkItem, IBlockingObserver
{
    // What a record can hold (RFC 8446 §5.1).
    private const int PlainBufferSize = 16 * 1024;

    private readonly ITransport _inner;
    private readonly ITlsEnd _end;
    private readonly TlsPipe _pipe;
    private SslStream? _stream;
    private TlsSession? _session;
    private Exception? _fault;
    private Exception? _innerFault;
    private volatile Stage _stage;
    private int _requests;

    // The read that is under way, and where it goes to: nowhere, while it only waits for something to be there.
    private ValueTask<int> _read;
    private bool _isReading;
    private byte[]? _plain;

    // Of the inner transport's batch.
    private bool _isCorked;
    private bool _hasHandedUp;

    /// <param name="inner">Not started, or in its receiver's hands. It belongs to this transport from now on.</param>
    /// <param name="end">Which end of the connection this is.</param>
    /// <param name="received">What has come already.</param>
    internal TlsTransport(ITransport inner, ITlsEnd end, ReadOnlySpan<byte> received)
    {
        _inner = inner;
        _end = end;
        _pipe = new TlsPipe(inner, WaitForBytes);
        _pipe.Keep(received);
    }

    [Flags]
    private enum Requests
    {
        None = 0,
        Flush = 1,
        HandshakeEnded = 2,
    }

    private enum Stage
    {
        Waiting,
        Handshaking,
        Open,
        Failed,
    }

    public override EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public override TlsSession? Tls => Volatile.Read(ref _session);

    private protected override ICorkFlusher Flusher => OnItsThread.Instance;

    public override void Start(ITransportReceiver receiver)
    {
        if (Interlocked.Exchange(ref _receiver, receiver) is not null)
        {
            return;
        }

        if (_end.IsServer)
        {
            _inner.Start(this);
        }
        else
        {
            BeginAsClient();
        }
    }

    public override void ResumeReceiving() => _inner.ResumeReceiving();

    public override bool IsSerial => _inner.IsSerial;

    public override void Post(IThreadPoolWorkItem work) => _inner.Post(work);

    public override void Abort() => _inner.Abort();

    public void OnReceived(Span<byte> bytes)
    {
        switch (_stage)
        {
            case Stage.Open:
                Cork.Put(this);
                _isCorked = true;
                Decrypt(bytes);
                break;
            case Stage.Failed:
                break;
            default:
                _pipe.Keep(bytes);
                break;
        }
    }

    // By the cork and not by the stage: it may have failed in this batch.
    public bool OnBatchEnd() => _isCorked ? EndBatch() : _stage is Stage.Open or Stage.Failed || ShakeHands();

    public void OnSent(bool hasWaited)
    {
        if (ContinueSealing())
        {
            TellOfSending(hasWaited);
        }
    }

    public void OnClosed(Exception? fault)
    {
        _innerFault = fault;
        if (Interlocked.Or(ref _turn, Closed) == 0)
        {
            Close();
        }
    }

    public void OnBlocking(TimeSpan soFar) => (_receiver as IBlockingObserver)?.OnBlocking(soFar);

    /// <summary>What it has posted to the inner transport's thread.</summary>
    public void Execute()
    {
        var requests = (Requests)Interlocked.Exchange(ref _requests, 0);
        if (requests.HasFlag(Requests.Flush))
        {
            FlushNoted();
        }

        if (requests.HasFlag(Requests.HandshakeEnded))
        {
            ComeBack();
        }
    }

    private void Request(Requests request)
    {
        if (Interlocked.Or(ref _requests, (int)request) == 0)
        {
            _inner.Post(this);
        }
    }

    private void Decrypt(Span<byte> bytes)
    {
        while (TryDecrypt(ref bytes, out var count))
        {
            var plain = _plain!;
            _plain = null;
            try
            {
                if (count == 0)
                {
                    EndOfPeer();
                    return;
                }

                _hasHandedUp = true;
                _receiver!.OnReceived(plain.AsSpan(0, count));
            }
            catch (Exception e)
            {
                // A receiver that throws has a bug; it ends its connection, and not the thread that serves the others too.
                Break(e);
                return;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(plain);
            }
        }
    }

    /// <returns>Whether something, or the end, is in <see cref="_plain"/>; otherwise all bytes were taken, and more are waited for.</returns>
    [SuppressMessage("Reliability", "CA2012", Justification = "The read that is stored is looked at once, when it is done.")]
    private bool TryDecrypt(ref Span<byte> bytes, out int count)
    {
        count = 0;
        if (_stage != Stage.Open)
        {
            return false;
        }

        try
        {
            // Only the close notification of another thread may come between: see TellOfEnd().
            lock (_pipe)
            {
                while (true)
                {
                    if (!_isReading)
                    {
                        _isReading = true;
                        _read = _stream!.ReadAsync(_plain);
                    }

                    while (!_read.IsCompleted)
                    {
                        if (bytes.IsEmpty || !_pipe.IsWaiting)
                        {
                            return false;
                        }

                        _pipe.Feed(ref bytes);
                    }

                    _isReading = false;
                    count = _read.Result;
                    if (_plain is not null)
                    {
                        return true;
                    }

                    // The empty read: there is something, or the end.
                    _plain = ArrayPool<byte>.Shared.Rent(PlainBufferSize);
                }
            }
        }
        catch (Exception e)
        {
            _isReading = false;
            GiveBackPlain();
            Break(_end.Explain(e));
            return false;
        }
    }

    private bool EndBatch()
    {
        try
        {
            if (!_hasHandedUp)
            {
                return true;
            }

            _hasHandedUp = false;

            // Asked anew, for it may have handed over to another one.
            return _receiver!.OnBatchEnd();
        }
        catch (Exception e)
        {
            Break(e);
            return true;
        }
        finally
        {
            if (_isCorked)
            {
                _isCorked = false;
                Cork.Pull();
            }
        }
    }

    // RFC 8446 §6.1: nothing follows a close notification, and whatever does is dropped. We end too, when what waits is sent, and the
    // inner transport says when all is over. An end without one is as good: a WebSocket has a closing handshake of its own.
    private void EndOfPeer()
    {
        if (!_pipe.IsEnded)
        {
            _pipe.End();
            Shutdown();
        }
    }

    // The first cause is the one that is told.
    private void Break(Exception fault)
    {
        _fault ??= fault;
        _stage = Stage.Failed;
        _inner.Abort();
    }

    // The inner transport has ended, and nobody shakes hands any more.
    private void Close()
    {
        var wasOpen = _stage == Stage.Open;
        _fault ??= _innerFault ?? (wasOpen ? null : EndedTooSoon());
        if (wasOpen)
        {
            // A record that was cut in two is a fault of its own.
            _pipe.End();
            Decrypt([]);
        }

        _stage = Stage.Failed;
        _pipe.End();
        EndSealing();
        _receiver!.OnClosed(_fault);
    }

    private void GiveBackPlain()
    {
        if (_plain is not null)
        {
            ArrayPool<byte>.Shared.Return(_plain);
            _plain = null;
        }
    }

    private TlsException EndedTooSoon() => new(
        TlsFailure.Other,
        _end.IsServer
            ? "The client ended the connection during the TLS handshake: it may not trust this server's certificate."
            : "The server ended the connection during the TLS handshake.");

    /// <summary>Encrypts what a corked thread has written where it is sent: on the transport's own thread, if it has one.</summary>
    private sealed class OnItsThread : ICorkFlusher
    {
        internal static readonly OnItsThread Instance = new();

        public void Flush(List<ITransport> transports)
        {
            foreach (var transport in transports)
            {
                ((TlsTransport)transport).FlushWhereItBelongs();
            }
        }
    }
}
