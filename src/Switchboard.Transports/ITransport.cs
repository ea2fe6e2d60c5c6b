using System.Buffers;
using System.Net;

namespace Switchboard.Transports;

/// <summary>
/// One connection's bytes. Outbound it is a buffer to write into and <see cref="Flush"/>; inbound it pushes to an
/// <see cref="ITransportReceiver"/>. It calls the receiver back from its own threads, never from inside a call made to it.
/// </summary>
/// <remarks>
/// Writing: hold <see cref="Gate"/> from <see cref="IBufferWriter{T}.GetSpan"/> to <see cref="IBufferWriter{T}.Advance"/>, and
/// release it before <see cref="Flush"/>. Every other member may be called from any thread.
/// </remarks>
public interface ITransport : IBufferWriter<byte>
{
    /// <summary>Serializes writing, so that what belongs together stays together. It is never held across a system call.</summary>
    ref WriteGate Gate { get; }

    /// <summary>
    /// Bytes written that the operating system has not taken. Exact while <see cref="Gate"/> is held; what is lost when the connection
    /// ends counts for ever, so that nobody takes it for sent.
    /// </summary>
    long Unsent { get; }

    /// <summary>Our address, if there is one.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>The peer's address, if there is one.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// Begins to receive. Called again, from inside <see cref="ITransportReceiver.OnReceived"/> or while receiving is paused, it
    /// hands the inbound half over to another receiver.
    /// </summary>
    void Start(ITransportReceiver receiver);

    /// <summary>Writes bytes that others send too: by reference where the transport can. Called as the other writes are, under <see cref="Gate"/>.</summary>
    void Write(in SharedBytes bytes)
    {
        bytes.Span.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>
    /// Sends what was written, now. What the system does not take at once is sent as it takes it, and announced by
    /// <see cref="ITransportReceiver.OnSent"/>. Does nothing after the end.
    /// </summary>
    void Flush();

    /// <summary>
    /// Sends what was written when the calling thread's <see cref="Cork"/> is pulled, together with what is written until then; if it
    /// is not corked, at once or from the transport's own thread. <see cref="ITransportReceiver.OnSent"/> follows.
    /// </summary>
    void FlushSoon() => Flush();

    /// <summary>Runs work on the transport's own thread, behind what it is doing; on the thread pool, if it has none.</summary>
    void Post(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);

    /// <summary>Receives again. Called exactly once after each <see cref="ITransportReceiver.OnBatchEnd"/> that returned false.</summary>
    void ResumeReceiving();

    /// <summary>Sends what was written, then tells the peer that nothing follows (FIN). Receiving goes on until the peer ends too.</summary>
    void Shutdown();

    /// <summary>Ends the connection now, both ways; what was not sent is lost. <see cref="ITransportReceiver.OnClosed"/> follows.</summary>
    void Abort();
}
