using System.Net;
using Switchboard.Transports.Buffers;
using Switchboard.Transports.Linux.Interop;

namespace Switchboard.Transports.Linux.Epoll;

/// <summary>
/// A TCP connection on a loop. Only the loop's thread receives, closes and calls the receiver; sending may be done by any thread, by
/// one at a time. What others want of it is a bit in <see cref="_requests"/>, and the first bit posts it to its loop.
/// </summary>
/// <remarks>
/// Idle it is this object (176 bytes, queue and gate included) and its place in the loop's table (24): no buffer, no handle, no finalizer.
/// </remarks>
internal sealed partial class EpollTransport : QueuedTransport, IEventHandler, IThreadPoolWorkItem
{
    private const uint Changes = LibC.EPOLLIN | LibC.EPOLLOUT | LibC.EPOLLRDHUP;
    private const uint Readable = LibC.EPOLLIN | LibC.EPOLLRDHUP | LibC.EPOLLHUP | LibC.EPOLLERR;
    private const uint Ending = LibC.EPOLLRDHUP | LibC.EPOLLHUP | LibC.EPOLLERR;

    private readonly EpollLoop _loop;
    private readonly EndPoint? _listenEndPoint;
    private readonly NativeAddress _remote;
    private readonly Descriptor _descriptor;
    private ulong _watch;
    private Exception? _fault;
    private int _requests;

    // Under the gate.
    private volatile bool _isSending;
    private volatile bool _isCongested;
    private volatile bool _isEnded;
    private bool _isSpaceSeen;
    private bool _isShutdownWanted;
    private bool _isShutDown;
    private bool _isAbortive;
    private bool _isCloseLeft;

    // On the loop's thread.
    private State _state;
    private bool _isPaused;
    private bool _isToReceive;
    private bool _isEnding;

    /// <param name="loop">Its loop, for its whole life.</param>
    /// <param name="descriptor">A connected one, from now on the transport's own.</param>
    /// <param name="remote">The peer's address.</param>
    /// <param name="listenEndPoint">Where it was accepted.</param>
    internal EpollTransport(EpollLoop loop, Descriptor descriptor, in NativeAddress remote, EndPoint? listenEndPoint)
    {
        _loop = loop;
        _descriptor = descriptor;
        _remote = remote;
        _listenEndPoint = listenEndPoint;
        loop.AddConnection();
    }

    [Flags]
    private enum Requests
    {
        None = 0,
        Start = 1,
        Resume = 2,
        Flush = 4,
        End = 8,
    }

    private enum State : byte
    {
        NotStarted,
        Receiving,
        Closed,
        Reported,
    }

    /// <summary>Where it was accepted; of an address that stands for all of the machine's, and of a client, the one that it has got.</summary>
    public override EndPoint? LocalEndPoint => _listenEndPoint ?? (_isEnded ? null : _descriptor.LocalAddress().ToEndPoint());

    public override EndPoint? RemoteEndPoint => _remote.ToEndPoint();

    /// <summary>The one who gets what it receives, to be named when it blocks the loop.</summary>
    internal ITransportReceiver? Receiver => _receiver;

    internal override bool IsElsewhere => !_loop.IsCurrent;

    private protected override ICorkFlusher Flusher => _loop;

    public override void Start(ITransportReceiver receiver)
    {
        if (Interlocked.Exchange(ref _receiver, receiver) is null)
        {
            Request(Requests.Start);
        }
    }

    public override void ResumeReceiving() => Request(Requests.Resume);

    public override bool IsSerial => true;

    public override void Post(IThreadPoolWorkItem work) => _loop.Post(work);

    public override void Abort() => End(new IOException("The connection was aborted."), isAbortive: true);

    public void OnEvents(uint events)
    {
        // A sender that was refused room while this was under way is told of it, or it would wait for ever. In this order: it says that
        // it is congested first, and that it sends no more after, so at least one of them is seen.
        if ((events & LibC.EPOLLOUT) != 0 && (_isSending || _isCongested))
        {
            ContinueSending();
        }

        if ((events & Readable) != 0)
        {
            _isEnding |= (events & Ending) != 0;
            Receive();
        }
    }

    public void OnLoopEnds() => Abort();

    /// <summary>What the loop was asked to do for it.</summary>
    public void Execute()
    {
        var requests = (Requests)Interlocked.Exchange(ref _requests, 0);
        if (requests.HasFlag(Requests.Start))
        {
            Watch();
        }

        if (requests.HasFlag(Requests.Flush))
        {
            FlushNoted();
        }

        if (_isEnded)
        {
            Close();
        }
        else if (requests.HasFlag(Requests.Resume) && _isPaused)
        {
            // What came during the pause was told then, and is not told again.
            _isPaused = false;
            Receive();
        }
    }

    /// <summary>Goes on with what the last turn had to leave.</summary>
    internal void ReceiveMore()
    {
        _isToReceive = false;
        Receive();
    }

    /// <returns>Whether the caller is to post it to its loop.</returns>
    internal bool TryRequestFlush() => Interlocked.Or(ref _requests, (int)Requests.Flush) == 0;

    private protected override void FlushFromOutside() => Request(Requests.Flush);

    private void Request(Requests request)
    {
        if (Interlocked.Or(ref _requests, (int)request) == 0)
        {
            _loop.Post(this);
        }
    }

    private void Watch()
    {
        if (_state != State.NotStarted || _isEnded)
        {
            return;
        }

        _state = State.Receiving;
        if (!_loop.TryWatch(_descriptor.Number, this, Changes, out _watch))
        {
            _state = State.NotStarted;
            End(new IOException("The system has no resources to watch another connection."), isAbortive: true);
        }
    }

    // One read is one batch: what it makes the receiver hold is bounded by the buffer, and no connection keeps the others waiting.
    private unsafe void Receive()
    {
        if (_isPaused || _isEnded || _isToReceive)
        {
            return;
        }

        var buffer = _loop.ReceiveBuffer;
        int count;
        fixed (byte* start = buffer)
        {
            count = _descriptor.Receive(start, buffer.Length);
        }

        if (count <= 0)
        {
            if (count != -LibC.EAGAIN)
            {
                End(count == 0 ? null : Failure.Of(-count), isAbortive: false);
            }

            return;
        }

        try
        {
            _receiver!.OnReceived(buffer[..count]);
            _isPaused = !_receiver.OnBatchEnd();
        }
        catch (Exception e)
        {
            // A receiver that throws has a bug; it ends its connection, and not the process.
            End(e, isAbortive: true);
        }

        // Less than there was room for: it is all that there was, and the next bytes are told. The end was told, and is not told again.
        if ((count == buffer.Length || _isEnding) && !_isPaused)
        {
            _isToReceive = true;
            _loop.ReceiveAgain(this);
        }
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
            _isAbortive = isAbortive;
            if (!_isSending)
            {
                _output.Abandon();
            }
        }

        Request(Requests.End);
    }

    private void Close()
    {
        if (_state < State.Closed)
        {
            if (_state == State.Receiving)
            {
                _loop.Forget(_watch);
            }

            _state = State.Closed;
            _loop.RemoveConnection();
            CloseDescriptor();
        }

        if (_state == State.Closed && _receiver is { } receiver)
        {
            _state = State.Reported;
            try
            {
                receiver.OnClosed(_fault);
            }
            catch (Exception)
            {
                // A bug of its receiver's: the connection has ended, and the loop goes on for the others.
            }
        }
    }

    private void CloseDescriptor()
    {
        if (_isAbortive)
        {
            // RST: what the peer still sends is of no use to anybody.
            _descriptor.ResetWhenClosed();
        }

        using (Gate.Enter())
        {
            _isCloseLeft = _isSending;
        }

        if (!_isCloseLeft)
        {
            // The end is known, so nobody begins to send any more: the number is ours alone.
            _descriptor.Close();
        }
    }
}
