using System.Net;
using Switchboard.Transports;
using Switchboard.Transports.Tls;

namespace Switchboard.Cli.Listening.Tapping;

/// <summary>
/// A transport that shows its tap what is written and what comes, and changes nothing of it. Large messages are not sent past its queue,
/// so that all that is sent is seen under the gate, in its order.
/// </summary>
internal sealed class TappedTransport(ITransport inner, IWireTap tap) : ITransport
{
    // What was handed out to be written into: seen when it is said how much of it was.
    private Memory<byte> _room;

    public ref WriteGate Gate => ref inner.Gate;

    public long Unsent => inner.Unsent;

    public long OwnUnsent => inner.OwnUnsent;

    public EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public TlsSession? Tls => inner.Tls;

    public Memory<byte> GetMemory(int sizeHint = 0) => _room = inner.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        tap.Sent(_room.Span[..count]);
        inner.Advance(count);
    }

    public void Write(in SharedBytes bytes)
    {
        tap.Sent(bytes.Span);
        inner.Write(bytes);
    }

    public void Start(ITransportReceiver receiver) => inner.Start(new Receiver(receiver, tap));

    public void Flush() => inner.Flush();

    public void FlushSoon() => inner.FlushSoon();

    public void Post(IThreadPoolWorkItem work) => inner.Post(work);

    public void ResumeReceiving() => inner.ResumeReceiving();

    public void Shutdown() => inner.Shutdown();

    public void Abort() => inner.Abort();

    private sealed class Receiver(ITransportReceiver inner, IWireTap tap) : ITransportReceiver
    {
        public void OnReceived(Span<byte> bytes)
        {
            // Before the receiver unmasks it in place.
            tap.Received(bytes);
            inner.OnReceived(bytes);
        }

        public bool OnBatchEnd() => inner.OnBatchEnd();

        public void OnSent(bool hasWaited) => inner.OnSent(hasWaited);

        public void OnClosed(Exception? fault)
        {
            inner.OnClosed(fault);
            tap.Ended(fault);
        }
    }
}
