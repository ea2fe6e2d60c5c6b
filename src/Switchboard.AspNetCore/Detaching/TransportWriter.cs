using System.Buffers;
using System.IO.Pipelines;
using Switchboard.Transports;

namespace Switchboard.AspNetCore.Detaching;

/// <summary>
/// Writes into a transport. Kestrel takes memory and fills it in its own time, and the transport's gate is not held for that long: so
/// there is a buffer in between, which is copied when it is full, or flushed.
/// </summary>
/// <param name="transport">Where it goes.</param>
/// <param name="onCongested">Called when the system does not take all: only a transport that was started goes on by itself.</param>
internal sealed class TransportWriter(ITransport transport, Action onCongested) : PipeWriter
{
    private const int BufferSize = 4 * 1024;

    // As much as Kestrel lets wait (MaxResponseBufferSize).
    private const int MostUnsent = 64 * 1024;

    private byte[] _buffer = [];
    private int _count;
    private long _unflushed;
    private TaskCompletionSource<bool>? _room;
    private volatile bool _isDetached;
    private volatile bool _isClosed;
    private bool _isCompleted;
    private bool _isHeld;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsMemory(_count);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsSpan(_count);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _count);
        _count += bytes;
        _unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        PassOn();
        ReturnBuffer();
        _unflushed = 0;
        if (_isDetached || _isClosed)
        {
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: _isClosed));
        }

        if (_isHeld)
        {
            return default;
        }

        transport.Flush();
        var unsent = Unsent;
        if (unsent > 0)
        {
            onCongested();
        }

        return unsent > MostUnsent ? WaitForRoomAsync(cancellationToken) : default;
    }

    public override void CancelPendingFlush() => Volatile.Read(ref _room)?.TrySetResult(false);

    /// <summary>Sends what was written, and then tells the peer that nothing follows.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        PassOn();
        ReturnBuffer();
        if (!_isDetached)
        {
            transport.Shutdown();
        }
    }

    /// <summary>What is written waits, until <see cref="Release"/> or until whoever detaches the transport flushes it.</summary>
    internal void Hold() => _isHeld = true;

    internal void Release()
    {
        _isHeld = false;
        transport.Flush();
    }

    /// <summary>The transport is another's: what is still written goes nowhere.</summary>
    internal void Detach() => _isDetached = true;

    /// <summary>The system has taken something.</summary>
    internal void OnSent() => Volatile.Read(ref _room)?.TrySetResult(true);

    /// <summary>The connection has ended.</summary>
    internal void OnClosed()
    {
        _isClosed = true;
        Interlocked.MemoryBarrier();
        OnSent();
    }

    private long Unsent
    {
        get
        {
            using (transport.Gate.Enter())
            {
                return transport.Unsent;
            }
        }
    }

    private void EnsureRoom(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _count >= needed)
        {
            return;
        }

        PassOn();
        if (_buffer.Length < needed)
        {
            ReturnBuffer();
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(needed, BufferSize));
        }
    }

    private void PassOn()
    {
        if (_count > 0 && !_isDetached && !_isClosed)
        {
            using (transport.Gate.Enter())
            {
                transport.Write(_buffer.AsSpan(0, _count));
            }
        }

        _count = 0;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private async ValueTask<FlushResult> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

            // A full fence: what is sent from now on is told to it, and what was sent before is seen here.
            Interlocked.Exchange(ref _room, room);
            if (_isClosed || Unsent <= MostUnsent)
            {
                return new FlushResult(isCanceled: false, isCompleted: _isClosed);
            }

            if (!await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                return new FlushResult(isCanceled: true, isCompleted: false);
            }
        }
    }
}
