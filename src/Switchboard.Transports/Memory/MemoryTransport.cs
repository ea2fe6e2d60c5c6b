using System.Diagnostics.CodeAnalysis;
using System.Net;
using Switchboard.Transports.Buffers;

namespace Switchboard.Transports.Memory;

/// <summary>One end of a <see cref="MemoryLink"/>. What it sends lies in parcels in the other end's inbox until they are due.</summary>
internal sealed class MemoryTransport(MemoryLink link, EndPoint local, EndPoint remote) : QueuedTransport, IThreadPoolWorkItem
{
    private readonly Lock _inboxGate = new();
    private readonly Queue<Parcel> _inbox = new();
    private ReceivePause _pause;
    private Exception? _fault;
    private int _inboxBytes;
    private bool _isDelivering;
    private bool _isShutdown;
    private volatile bool _isAborted;
    private volatile bool _isEnded;
    private bool _isEndReported;

    public override EndPoint? LocalEndPoint => local;

    public override EndPoint? RemoteEndPoint => remote;

    internal MemoryTransport Peer { get; set; } = null!;

    public override void Start(ITransportReceiver receiver)
    {
        if (Interlocked.Exchange(ref _receiver, receiver) is null)
        {
            Schedule();
        }
    }

    public override void Flush() => MoveToPeer();

    public override void Shutdown()
    {
        using (Gate.Enter())
        {
            _isShutdown = true;
        }

        MoveToPeer();
    }

    public override void ResumeReceiving()
    {
        if (_pause.TryUnpark())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public override void Abort()
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
            if (parcel.Bytes.Length == 0)
            {
                Peer.Receive([]);
                End(null);
                continue;
            }

            // The parcel has left the line, so there is room on it, also if the receiver is about to pause.
            if (Peer.MoveToPeer())
            {
                Peer._receiver?.OnSent(hasWaited: true);
            }

            if (!HandUp(parcel.Bytes) && _pause.TryPark())
            {
                return;
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out Parcel? parcel)
    {
        parcel = null;
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
            if (_isEnded || link.IsSilent || !_inbox.TryPeek(out parcel) || !parcel.IsDue)
            {
                _isDelivering = false;

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
                _inboxBytes -= parcel.Bytes.Length;
                parcel.Timer?.Dispose();
                return true;
            }
        }

        return TryTake(out parcel);
    }

    /// <returns>Whether anything moved.</returns>
    private bool MoveToPeer()
    {
        var hasMoved = false;
        using (Gate.Enter())
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
                Peer.Receive([]);
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
    private void Receive(byte[] bytes)
    {
        var parcel = new Parcel(bytes);
        if (link.Network.Delay is var delay && delay > TimeSpan.Zero)
        {
            // Set while the sender flushes, and not when the parcel is looked at: a test may have moved its clock by then.
            parcel.IsDue = false;
            parcel.Timer = link.Network.TimeProvider.CreateTimer(
                _ =>
                {
                    parcel.IsDue = true;
                    Schedule();
                },
                null, delay, Timeout.InfiniteTimeSpan);
        }

        lock (_inboxGate)
        {
            _inbox.Enqueue(parcel);
            _inboxBytes += bytes.Length;
        }

        Schedule();
    }

    private void End(Exception? fault)
    {
        using (Gate.Enter())
        {
            if (_isEnded)
            {
                return;
            }

            _fault = fault;
            _isEnded = true;
            _output.Abandon();
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

    private sealed class Parcel(byte[] bytes)
    {
        private volatile bool _isDue = true;

        internal byte[] Bytes => bytes;

        internal ITimer? Timer { get; set; }

        internal bool IsDue
        {
            get => _isDue;
            set => _isDue = value;
        }
    }
}
