using System.Net;
using Switchboard.Transports;

namespace Switchboard.Client.Proxies;

/// <summary>
/// A transport that has been received from already, and is paused since: for whoever starts it, it is one that is not started. All else is the
/// transport's own.
/// </summary>
internal sealed class TunnelTransport(ITransport inner) : ITransport
{
    private readonly Lock _lock = new();
    private ITransportReceiver? _receiver;
    private Exception? _fault;
    private bool _isClosed;

    public ref WriteGate Gate => ref inner.Gate;

    public long Unsent => inner.Unsent;

    public long OwnUnsent => inner.OwnUnsent;

    public EndPoint? LocalEndPoint => inner.LocalEndPoint;

    /// <summary>The proxy's: only the proxy knows the server's.</summary>
    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public void Start(ITransportReceiver receiver)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _receiver is null;
            _receiver = receiver;
            if (_isClosed)
            {
                // Not on the caller's stack.
                ThreadPool.QueueUserWorkItem(_ => receiver.OnClosed(_fault));
                return;
            }

            inner.Start(receiver);
        }

        if (isFirst)
        {
            inner.ResumeReceiving();
        }
    }

    /// <summary>The end was told to the one who had the transport before: whoever starts it is told, or has just been starting it.</summary>
    internal void OnClosedBeforeStart(Exception? fault)
    {
        ITransportReceiver? receiver;
        lock (_lock)
        {
            _isClosed = true;
            _fault = fault;
            receiver = _receiver;
        }

        receiver?.OnClosed(fault);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public void Advance(int count) => inner.Advance(count);

    public void Write(in SharedBytes bytes) => inner.Write(bytes);

    public bool TryBeginWriteThrough(int size) => inner.TryBeginWriteThrough(size);

    public void WriteThrough(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => inner.WriteThrough(head, body);

    public void Flush() => inner.Flush();

    public void FlushSoon() => inner.FlushSoon();

    public bool IsSerial => inner.IsSerial;

    public void Post(IThreadPoolWorkItem work) => inner.Post(work);

    public void ResumeReceiving() => inner.ResumeReceiving();

    public void Shutdown() => inner.Shutdown();

    public void Abort() => inner.Abort();
}
