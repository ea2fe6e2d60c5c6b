using System.Threading.Tasks.Sources;

namespace Switchboard.LoadTest.Wire;

/// <summary>A socket that never blocks as a stream: a read that finds nothing waits until <see cref="TryContinue"/> finds something, and goes on on that stack.</summary>
internal sealed class SocketStream(Socket socket) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _wanted;
    private bool _isWaiting;
    private byte[] _unsent = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the read that waits went on.</summary>
    public bool TryContinue()
    {
        if (!_isWaiting)
        {
            return true;
        }

        // An empty read only asks whether there is anything: the next one looks.
        var count = _wanted.IsEmpty ? 0 : socket.Receive(_wanted.Span);
        if (count < 0)
        {
            return false;
        }

        _isWaiting = false;
        _read.SetResult(count);
        return true;
    }

    /// <summary>Whether nothing is left to send.</summary>
    public bool TryFlush()
    {
        if (_unsent.Length > 0)
        {
            _unsent = _unsent[socket.Send(_unsent)..];
        }

        return _unsent.Length == 0;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!buffer.IsEmpty && socket.Receive(buffer.Span) is >= 0 and var count)
        {
            return new ValueTask<int>(count);
        }

        _read.Reset();
        _wanted = buffer;
        _isWaiting = true;
        return new ValueTask<int>(this, _read.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var sent = TryFlush() ? socket.Send(buffer) : 0;
        if (sent < buffer.Length)
        {
            _unsent = [.. _unsent, .. buffer[sent..]];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);
}
