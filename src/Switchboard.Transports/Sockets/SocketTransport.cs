using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Buffers;

namespace Switchboard.Transports.Sockets;

/// <summary>
/// A TCP connection over <see cref="Socket"/>: portable, and idle without a buffer. It waits for readability with an empty
/// receive, then reads what is there without blocking into a buffer that it rents for the burst.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The receive loop disposes what it used when it reports the end.")]
internal sealed class SocketTransport : QueuedTransport, IThreadPoolWorkItem
{
    // Large enough to take a burst of small frames, or much of a large one, in one call.
    private const int ReceiveBufferSize = 64 * 1024;

    // Segments given to one call of send; the runtime pins up to eight without allocating.
    private const int MaxPieces = 8;

    [ThreadStatic]
    private static List<ArraySegment<byte>>? _threadPieces;

    private readonly Socket _socket;
    private readonly ReceiveOperation _receive;
    private ReceivePause _pause;
    private BacklogSend? _backlogSend;
    private Exception? _fault;
    private bool _isSending;

    // The connection has ended while somebody sent: who sends tells of it.
    private bool _isReportLeft;
    private bool _isShutdownWanted;
    private bool _isEnded;

    internal SocketTransport(Socket socket)
    {
        _receive = new ReceiveOperation(this);
        _socket = socket;
        _socket.Blocking = false;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
    }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override void Start(ITransportReceiver receiver)
    {
        if (Interlocked.Exchange(ref _receiver, receiver) is null)
        {
            // Not on the caller's stack: data may be there already.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public override void ResumeReceiving()
    {
        if (_pause.TryUnpark())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    public override void Flush()
    {
        using (Gate.Enter())
        {
            if (_isSending || _isEnded || _output.IsEmpty)
            {
                return;
            }

            _isSending = true;
        }

        SendWhatIsThere();
    }

    public override void Shutdown()
    {
        using (Gate.Enter())
        {
            _isShutdownWanted = true;
            if (_isSending || _isEnded)
            {
                return;
            }

            _isSending = true;
        }

        SendWhatIsThere();
    }

    public override void Abort() => End(new IOException("The connection was aborted."), isAbortive: true);

    void IThreadPoolWorkItem.Execute() => WaitForData();

    // The receive loop: wait, read, hand up, and again until it is paused or the connection ends.
    private void WaitForData()
    {
        try
        {
            while (!_socket.ReceiveAsync(_receive))
            {
                if (!Receive())
                {
                    return;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            ReportEnd();
        }
    }

    /// <returns>Whether to wait for more.</returns>
    private bool Receive()
    {
        if (_receive.SocketError != SocketError.Success)
        {
            End(new SocketException((int)_receive.SocketError), isAbortive: false);
            ReportEnd();
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
        try
        {
            // One read is one batch: what it makes the receiver hold is bounded by the buffer, and the end of the stream is not looked
            // at before a receiver that pauses has had what came before it.
            var count = _socket.Receive(buffer, SocketFlags.None, out var error);
            switch (error)
            {
                case SocketError.Success when count > 0:
                    return HandUp(buffer.AsSpan(0, count)) || !_pause.TryPark();
                case SocketError.WouldBlock:
                    return true;
                default:
                    End(error == SocketError.Success ? null : new SocketException((int)error), isAbortive: false);
                    break;
            }
        }
        catch (ObjectDisposedException)
        {
            // Aborted from another thread.
        }
        catch (Exception e)
        {
            // A receiver that throws has a bug; it ends its connection, and not the process.
            End(e, isAbortive: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        ReportEnd();
        return false;
    }

    // One thread at a time is here, without the gate, as long as _isSending is set.
    private void SendWhatIsThere(int sent = 0)
    {
        while (TakeNext(sent, out var pieces, out var first))
        {
            try
            {
                sent = pieces is null
                    ? _socket.Send(first, SocketFlags.None, out var error)
                    : _socket.Send(pieces, SocketFlags.None, out error);
                switch (error)
                {
                    case SocketError.Success:
                        break;
                    case SocketError.WouldBlock:
                        // From here the system calls back when it has taken some.
                        (_backlogSend ??= new BacklogSend(this)).Begin(first);
                        return;
                    default:
                        sent = 0;
                        End(new SocketException((int)error), isAbortive: true);
                        break;
                }
            }
            catch (ObjectDisposedException)
            {
                // Aborted from another thread: what is left is cleared at the next turn of the loop.
                sent = 0;
            }
        }
    }

    /// <returns>False when there is nothing more to send, or nobody to send it to.</returns>
    private bool TakeNext(int sent, out List<ArraySegment<byte>>? pieces, out ArraySegment<byte> first)
    {
        pieces = null;
        using (Gate.Enter())
        {
            _output.Consume(sent);
            if (_isEnded)
            {
                // End() has left the queue to us, as we were at its bytes; and the end is told when what the system has taken is counted.
                _output.Abandon();
                _isSending = false;
                first = default;
                if (_isReportLeft)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(static transport => transport.Report(), this, preferLocal: true);
                }

                return false;
            }

            first = _output.PeekFirst();
            if (_output.Pieces > 1)
            {
                pieces = _threadPieces ??= new List<ArraySegment<byte>>(MaxPieces);
                pieces.Clear();
                _output.Peek(pieces, MaxPieces);
            }

            if (first.Count > 0)
            {
                return true;
            }

            _isSending = false;
            if (!_isShutdownWanted)
            {
                return false;
            }
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone already: the receive loop says so.
        }

        return false;
    }

    private void End(Exception? fault, bool isAbortive)
    {
        using (Gate.Enter())
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            _fault = fault;
            if (!_isSending)
            {
                _output.Abandon();
            }
        }

        if (isAbortive)
        {
            // RST: what the peer still sends is of no use to anybody.
            _socket.Close(timeout: 0);
        }
        else
        {
            _socket.Dispose();
        }

        if (_pause.TryUnparkForEnd())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // Only the receive loop comes here, and it ends here.
    private void ReportEnd()
    {
        using (Gate.Enter())
        {
            if (_isSending)
            {
                _isReportLeft = true;
                return;
            }
        }

        Report();
    }

    private void Report()
    {
        _receive.Dispose();
        _receiver!.OnClosed(_fault);
    }

    /// <summary>The wait for data: an empty receive, so that no buffer is held meanwhile.</summary>
    private sealed class ReceiveOperation : SocketAsyncEventArgs
    {
        private readonly SocketTransport _transport;

        internal ReceiveOperation(SocketTransport transport)
            : base(unsafeSuppressExecutionContextFlow: true)
        {
            _transport = transport;
            SetBuffer(Memory<byte>.Empty);
        }

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            if (_transport.Receive())
            {
                _transport.WaitForData();
            }
        }
    }

    /// <summary>A send that waits for room in the system's buffer. Made for connections that are congested, kept until their end.</summary>
    private sealed class BacklogSend(SocketTransport transport) : SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true)
    {
        internal void Begin(ArraySegment<byte> bytes)
        {
            SetBuffer(bytes.Array, bytes.Offset, bytes.Count);
            if (!transport._socket.SendAsync(this))
            {
                // Room was made meanwhile. Not on this stack: it could go round and round.
                ThreadPool.UnsafeQueueUserWorkItem(static send => send.OnCompleted(send), this, preferLocal: true);
            }
        }

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            if (SocketError != SocketError.Success)
            {
                transport.End(new SocketException((int)SocketError), isAbortive: true);
            }

            transport.SendWhatIsThere(BytesTransferred);
            if (!Volatile.Read(ref transport._isEnded))
            {
                transport._receiver?.OnSent(hasWaited: true);
            }
        }
    }
}
