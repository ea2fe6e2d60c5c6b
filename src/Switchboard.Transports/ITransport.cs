using System.Buffers;
using System.Net;
using Switchboard.Transports.Tls;

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

    /// <summary>
    /// Of those, the bytes that are held for this connection alone, and not in memory that others send from too. Called under <see cref="Gate"/>.
    /// </summary>
    long OwnUnsent => Unsent;

    /// <summary>Our address, if there is one.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>The peer's address, if there is one.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>What was agreed on with the peer if the bytes are encrypted; null if they are not, or the handshake is not done.</summary>
    TlsSession? Tls => null;

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
    /// Takes the right to send a large message from where it lies, past the queue, which must be empty: what follows is
    /// <see cref="WriteThrough"/>, without the gate. Called under <see cref="Gate"/>.
    /// </summary>
    /// <param name="size">How many bytes it will be. They are unsent from now on.</param>
    /// <returns>False if it is to be written as any other: something is queued, or this transport cannot.</returns>
    bool TryBeginWriteThrough(int size) => false;

    /// <summary>Sends these bytes now, and copies only what the system does not take. Others who write meanwhile come behind them.</summary>
    /// <param name="head">What comes first.</param>
    /// <param name="body">What comes behind it.</param>
    /// <exception cref="NotSupportedException">This transport cannot: <see cref="TryBeginWriteThrough"/> has never said that it could.</exception>
    void WriteThrough(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => throw new NotSupportedException();

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

    /// <summary>
    /// Whether what is posted runs one at a time, and never beside a callback of the receiver: so on a thread that the transport has to itself.
    /// </summary>
    bool IsSerial => false;

    /// <summary>Runs work on the transport's own thread, behind what it is doing; on the thread pool, if it has none.</summary>
    void Post(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);

    /// <summary>Receives again. Called exactly once after each <see cref="ITransportReceiver.OnBatchEnd"/> that returned false.</summary>
    void ResumeReceiving();

    /// <summary>Sends what was written, then tells the peer that nothing follows (FIN). Receiving goes on until the peer ends too.</summary>
    void Shutdown();

    /// <summary>Ends the connection now, both ways; what was not sent is lost. <see cref="ITransportReceiver.OnClosed"/> follows.</summary>
    void Abort();
}
