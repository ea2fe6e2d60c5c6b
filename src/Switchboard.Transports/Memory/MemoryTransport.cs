using System.Net;
using Switchboard.Transports.Buffers;

namespace Switchboard.Transports.Memory;

/// <summary>One end of a <see cref="MemoryLink"/>. What it sends lies in parcels in the other end's inbox until they are due.</summary>
internal sealed class MemoryTransport(MemoryLink link, EndPoint local, EndPoint remote) : ITransport, IThreadPoolWorkItem
{
    private readonly OutputQueue _output = new();
    private readonly Lock _inboxGate = new();
    private readonly Queue<Parcel> _inbox = new();
    private ITransportReceiver? _receiver;
    private ReceivePause _pause;
    private Exception? _fault;
    private ITimer? _timer;
    private int _inboxBytes;
    private bool _isDelivering;
    private bool _isShutdown;
    private volatile bool _isAborted;
    private volatile bool _isEnded;
    private bool _isEndReported;

    public Lock Gate { get; } = new();

    public long Unsent => _output.Length;

    public EndPoint? LocalEndPoint => local;

    public EndPoint? RemoteEndPoint => remote;

    internal MemoryTransport Peer { get; set; } = null!;

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    public void Advance(int count) => _output.Advance(count);

    public void Start(ITransportReceiver receiver)
    {
        if (Interlocked.Exchange(ref _receiver, receiver) is null)
        {
            Schedule();
        }
    }

    public void Flush() => MoveToPeer();

    public void Shutdown()
    {
        lock (Gate)
        {
            _isShutdown = true;
        }

        MoveToPeer();
    }

    public void ResumeReceiving()
    {
        if (_pause.TryUnpark())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public void Abort()
    {
        _isAborted = true;
        TellOfAbort();
        Reset("The connection was aborted.");
    }

    void IThreadPoolWorkItem.Execute() => Deliver();

    internal void Reset(string problem) => End(new IOException(problem));

    /// <summary>The peer learns that this end was aborted, unless the line is silent: then it does when that is over.</summary>
    internal void TellOfAbort()
    {
        if (_isAborted && !link.IsSilent)
        {
            Peer.Reset("The connection was reset by the peer.");
        }
    }

    internal void Schedule()
    {
        lock (_inboxGate)
        {
            if (_isDelivering || _receiver is null)
            {
                return;
            }

            _isDelivering = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // One thread at a time is here, as long as _isDelivering is set; also a parked loop keeps it.
    private void Deliver()
    {
        while (TryTake(out var parcel))
        {
            if (parcel.Bytes is null)
            {
                Peer.Receive(default);
                End(null);
                continue;
            }

            // The parcel has left the line, so there is room on it, also if the receiver is about to pause.
            if (Peer.MoveToPeer())
            {
                Peer._receiver?.OnSent();
            }

            _receiver!.OnReceived(parcel.Bytes);
            if (!_receiver.OnBatchEnd() && _pause.TryPark())
            {
                return;
            }
        }
    }

    private bool TryTake(out Parcel parcel)
    {
        parcel = default;
        if (_isEnded)
        {
            if (!_isEndReported)
            {
                _isEndReported = true;
                _receiver!.OnClosed(_fault);
            }

            return false;
        }

        lock (_inboxGate)
        {
            var now = link.Network.TimeProvider.GetUtcNow();
            if (_isEnded || link.IsSilent || !_inbox.TryPeek(out parcel) || parcel.Due > now)
            {
                _isDelivering = false;
                if (_inbox.Count > 0 && !link.IsSilent)
                {
                    Wake(parcel.Due - now);
                }

                // An end that came just now found the loop still running.
                if (!_isEnded)
                {
                    return false;
                }

                _isDelivering = true;
            }
            else
            {
                _inbox.Dequeue();
                _inboxBytes -= parcel.Bytes?.Length ?? 0;
                return true;
            }
        }

        return TryTake(out parcel);
    }

    private void Wake(TimeSpan after)
    {
        _timer?.Dispose();
        _timer = link.Network.TimeProvider.CreateTimer(
            static end => ((MemoryTransport)end!).Schedule(), this, after > TimeSpan.Zero ? after : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <returns>Whether anything moved.</returns>
    private bool MoveToPeer()
    {
        var hasMoved = false;
        lock (Gate)
        {
            while (!_isEnded && !_output.IsEmpty && Peer.Room is > 0 and var room)
            {
                var available = _output.PeekFirst();
                var count = Math.Clamp(link.Network.Split(available.Count), 1, Math.Min(available.Count, room));
                Peer.Receive(available[..count].ToArray());
                _output.Consume(count);
                hasMoved = true;
            }

            if (_isShutdown && _output.IsEmpty && !_isEnded)
            {
                _isShutdown = false;
                Peer.Receive(default);
            }
        }

        return hasMoved;
    }

    private int Room
    {
        get
        {
            lock (_inboxGate)
            {
                return link.Network.Capacity - _inboxBytes;
            }
        }
    }

    // No bytes: the end of the stream.
    private void Receive(byte[]? bytes)
    {
        lock (_inboxGate)
        {
            _inbox.Enqueue(new Parcel(bytes, link.Network.TimeProvider.GetUtcNow() + link.Network.Delay));
            _inboxBytes += bytes?.Length ?? 0;
        }

        Schedule();
    }

    private void End(Exception? fault)
    {
        lock (Gate)
        {
            if (_isEnded)
            {
                return;
            }

            _fault = fault;
            _isEnded = true;
            _output.Clear();
        }

        if (_pause.TryUnparkForEnd())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            Schedule();
        }
    }

    private readonly record struct Parcel(byte[]? Bytes, DateTimeOffset Due);
}
