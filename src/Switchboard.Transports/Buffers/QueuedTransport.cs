using System.Net;
using Switchboard.Transports.Tls;

namespace Switchboard.Transports.Buffers;

/// <summary>What all transports have in common: a queue of written bytes behind a gate, and being noted by a thread's cork.</summary>
internal abstract class QueuedTransport : ITransport
{
    /// <summary>What was written. Every use of it is under <see cref="Gate"/>.</summary>
    private protected OutputQueue _output;

    private protected ITransportReceiver? _receiver;

    private WriteGate _gate;

    // Whether a corked thread has promised to flush.
    private int _isNoted;

    public ref WriteGate Gate => ref _gate;

    public virtual long Unsent => _output.Length;

    public virtual long OwnUnsent => _output.OwnLength;

    public abstract EndPoint? LocalEndPoint { get; }

    public abstract EndPoint? RemoteEndPoint { get; }

    public virtual TlsSession? Tls => null;

    /// <summary>Whether it has a thread of its own, and this is another one.</summary>
    internal virtual bool IsElsewhere => false;

    public virtual bool IsSerial => false;

    private protected virtual ICorkFlusher Flusher => EachForItself.Instance;

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    public void Advance(int count) => _output.Advance(count);

    public void Write(in SharedBytes bytes) => _output.Append(bytes);

    public virtual bool TryBeginWriteThrough(int size) => false;

    public virtual void WriteThrough(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => throw new NotSupportedException();

    public abstract void Start(ITransportReceiver receiver);

    public abstract void Flush();

    public void FlushSoon()
    {
        // Whoever has promised takes the promise back before looking at the queue; and the caller has just left the gate, so what it
        // wrote there will be seen.
        if (Volatile.Read(ref _isNoted) != 0 || Interlocked.Exchange(ref _isNoted, 1) != 0)
        {
            return;
        }

        if (!Cork.TryNote(Flusher, this))
        {
            FlushFromOutside();
        }
    }

    public virtual void Post(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);

    public abstract void ResumeReceiving();

    public abstract void Shutdown();

    public abstract void Abort();

    /// <summary>Keeps the promise of <see cref="FlushSoon"/>.</summary>
    internal void FlushNoted()
    {
        Interlocked.Exchange(ref _isNoted, 0);
        Flush();
        TellOfSending(hasWaited: false);
    }

    private protected virtual void TellOfSending(bool hasWaited)
    {
        try
        {
            _receiver?.OnSent(hasWaited);
        }
        catch (Exception)
        {
            // A receiver that throws has a bug; it ends its connection, and not the thread that serves the others too.
            Abort();
        }
    }

    /// <summary>Hands up what came in one read. What it causes to be sent leaves together.</summary>
    /// <returns>Whether to receive more.</returns>
    private protected bool HandUp(Span<byte> bytes)
    {
        // For this connection only: a handler on the pool may block, and what it has sent to others is not to wait for that.
        Cork.Put(this);
        try
        {
            _receiver!.OnReceived(bytes);

            // Asked anew, for it may have handed over to another one.
            return _receiver!.OnBatchEnd();
        }
        finally
        {
            Cork.Pull();
        }
    }

    /// <summary>The calling thread is not corked.</summary>
    private protected virtual void FlushFromOutside()
    {
        Interlocked.Exchange(ref _isNoted, 0);
        Flush();
    }

    private sealed class EachForItself : ICorkFlusher
    {
        internal static readonly EachForItself Instance = new();

        public void Flush(List<ITransport> transports)
        {
            foreach (var transport in transports)
            {
                ((QueuedTransport)transport).FlushNoted();
            }
        }
    }
}
