using System.Buffers;
using System.Threading.Tasks.Sources;

namespace Switchboard.Transports.Tls;

/// <summary>
/// The stream under an <see cref="System.Net.Security.SslStream"/>: what it reads was pushed by the inner transport, what it writes goes into the inner
/// transport's queue. A read that waits is completed, and the reader continued, on the stack of whoever feeds it: nothing hops to another thread.
/// </summary>
/// <param name="inner">Where it is written to.</param>
/// <param name="onWaiting">Told when a read begins to wait. Bytes may be fed from then on.</param>
internal sealed class TlsPipe(ITransport inner, Action onWaiting) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _wanted;
    private volatile bool _isWaiting;
    private volatile bool _isEnded;

    // What came while nobody was waiting; rented, and given back when it is empty.
    private byte[]? _kept;
    private int _keptStart;
    private int _keptEnd;

    /// <summary>Whether a read waits for bytes.</summary>
    internal bool IsWaiting => _isWaiting;

    /// <summary>Nothing comes any more.</summary>
    internal bool IsEnded => _isEnded;

    /// <summary>What was kept and not read yet.</summary>
    internal ReadOnlySpan<byte> Kept => _kept.AsSpan(_keptStart, _keptEnd - _keptStart);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Keeps bytes for reads to come.</summary>
    internal void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var kept = Kept;
        if (_kept is null || _kept.Length - _keptEnd < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(kept.Length + bytes.Length);
            kept.CopyTo(larger);
            var length = kept.Length;
            GiveBack();
            (_kept, _keptEnd) = (larger, length);
        }

        bytes.CopyTo(_kept.AsSpan(_keptEnd));
        _keptEnd += bytes.Length;
    }

    /// <summary>Lets the read that waits have what was kept.</summary>
    internal void FeedKept()
    {
        if (_isWaiting && Kept.Length > 0)
        {
            var count = TakeKept(_wanted.Span);
            Complete(count);
        }
    }

    /// <summary>Lets the read that waits have as much as it wants.</summary>
    /// <param name="bytes">What is left of them when it has had its share.</param>
    internal void Feed(ref Span<byte> bytes)
    {
        var count = Math.Min(_wanted.Length, bytes.Length);
        bytes[..count].CopyTo(_wanted.Span);
        bytes = bytes[count..];
        Complete(count);
    }

    /// <summary>Nothing comes any more: a read that waits learns of it.</summary>
    internal void End()
    {
        _isEnded = true;
        GiveBack();
        if (_isWaiting)
        {
            Complete(0);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isEnded)
        {
            return new ValueTask<int>(0);
        }

        if (Kept.Length > 0)
        {
            return new ValueTask<int>(TakeKept(buffer.Span));
        }

        _read.Reset();
        _wanted = buffer;
        _isWaiting = true;

        // Taken now: whoever is told may feed it on another thread at once.
        var waiting = new ValueTask<int>(this, _read.Version);
        onWaiting();
        return waiting;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        using (inner.Gate.Enter())
        {
            inner.Write(buffer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>After a part of the handshake; what is encrypted later is flushed by the transport.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private int TakeKept(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, Kept.Length);
        Kept[..count].CopyTo(buffer);
        _keptStart += count;
        if (_keptStart == _keptEnd)
        {
            GiveBack();
        }

        return count;
    }

    private void GiveBack()
    {
        if (_kept is not null)
        {
            ArrayPool<byte>.Shared.Return(_kept);
        }

        _kept = null;
        _keptStart = 0;
        _keptEnd = 0;
    }

    private void Complete(int count)
    {
        _isWaiting = false;
        _wanted = default;
        _read.SetResult(count);
    }
}
