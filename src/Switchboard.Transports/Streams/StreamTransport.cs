using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Switchboard.Transports.Buffers;

namespace Switchboard.Transports.Streams;

/// <summary>
/// A connection over any duplex <see cref="Stream"/>, such as one that ASP.NET Core has upgraded. It waits with an empty read,
/// so that an idle connection holds no buffer where the stream supports that.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The receive loop disposes the stream; a cancellation source without a timer holds nothing.")]
internal sealed class StreamTransport : QueuedTransport, IThreadPoolWorkItem
{
    private const int ReceiveBufferSize = 16 * 1024;

    private readonly Stream _stream;
    private readonly CancellationTokenSource _ended = new();
    private ReceivePause _pause;
    private Exception? _fault;
    private bool _isSending;
    private bool _isShutdownWanted;
    private bool _isEnded;

    /// <summary>Wraps a stream, which from now on belongs to the transport.</summary>
    /// <param name="stream">Readable and writable at the same time.</param>
    /// <param name="localEndPoint">Our address, if known.</param>
    /// <param name="remoteEndPoint">The peer's address, if known.</param>
    internal StreamTransport(Stream stream, EndPoint? localEndPoint = null, EndPoint? remoteEndPoint = null)
    {
        _stream = stream;
        LocalEndPoint = localEndPoint;
        RemoteEndPoint = remoteEndPoint;
    }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override void Start(ITransportReceiver receiver)
    {
        if (Interlocked.Exchange(ref _receiver, receiver) is null)
        {
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

    public override void Flush() => BeginSending(isShutdown: false);

    public override void Shutdown() => BeginSending(isShutdown: true);

    public override void Abort()
    {
        End(new IOException("The connection was aborted."));
        if (Volatile.Read(ref _receiver) is null)
        {
            // There is no receive loop yet that would do it.
            _ = DisposeStreamAsync();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = ReceiveLoopAsync();

    private async Task ReceiveLoopAsync()
    {
        try
        {
            while (true)
            {
                await _stream.ReadAsync(Memory<byte>.Empty, _ended.Token).ConfigureAwait(false);
                bool isMoreWanted;
                var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
                try
                {
                    var count = await _stream.ReadAsync(buffer, _ended.Token).ConfigureAwait(false);
                    if (count == 0)
                    {
                        End(null);
                        break;
                    }

                    isMoreWanted = HandUp(buffer.AsSpan(0, count));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }

                if (!isMoreWanted && _pause.TryPark())
                {
                    return;
                }
            }
        }
        catch (Exception e)
        {
            // A stream may fail in its own way: whatever it throws, the connection has ended.
            End(e);
        }

        await DisposeStreamAsync().ConfigureAwait(false);
        _receiver!.OnClosed(_fault);
    }

    private void BeginSending(bool isShutdown)
    {
        using (Gate.Enter())
        {
            _isShutdownWanted |= isShutdown;
            if (_isSending || _isEnded || (_output.IsEmpty && !_isShutdownWanted))
            {
                return;
            }

            _isSending = true;
        }

        _ = SendLoopAsync();
    }

    // One at a time is here, as long as _isSending is set.
    private async Task SendLoopAsync()
    {
        var sent = 0;
        var hasWaited = false;
        try
        {
            while (true)
            {
                var isMore = TakeNext(sent, out var bytes);
                if (hasWaited)
                {
                    hasWaited = false;
                    _receiver?.OnSent(hasWaited: true);
                }

                if (!isMore)
                {
                    return;
                }

                var write = _stream.WriteAsync(bytes, _ended.Token).AsTask();
                if (!write.IsCompleted)
                {
                    // Never on the stack of the one who flushes, not even if the write is done by now.
                    hasWaited = true;
                    await write.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }

                await write.ConfigureAwait(false);
                sent = bytes.Count;
            }
        }
        catch (Exception e)
        {
            // A stream may fail in its own way, as in the receive loop.
            End(e);
            TakeNext(0, out _);
        }
    }

    private bool TakeNext(int sent, out ArraySegment<byte> bytes)
    {
        using (Gate.Enter())
        {
            if (_isEnded)
            {
                // End() has left the queue to us, as we were at its bytes.
                _output.Abandon();
                _isSending = false;
                bytes = default;
                return false;
            }

            _output.Consume(sent);
            bytes = _output.PeekFirst();
            if (bytes.Count > 0)
            {
                return true;
            }

            _isSending = false;
            if (!_isShutdownWanted)
            {
                return false;
            }
        }

        // A stream has no half-close: what was written is on its way, and disposing it says that nothing follows.
        End(null);
        return false;
    }

    private void End(Exception? fault)
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

        // Wakes a read or a write that waits, on another stack: its receiver is not to be called from inside a call.
        _ = _ended.CancelAsync();
        if (_pause.TryUnparkForEnd())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task DisposeStreamAsync()
    {
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The connection has ended; what its stream still complains of changes nothing.
        }
    }
}
