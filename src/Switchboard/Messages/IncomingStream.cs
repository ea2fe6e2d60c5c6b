using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace Switchboard;

/// <summary>
/// A received message, of any size, that is read while it comes. While its reader is slower than its sender, the sender is slowed down by TCP: about
/// 64 KiB are held here, and what came with the last read. Disposed before its end, or when the loop goes on, the rest of it is skipped.
/// </summary>
/// <remarks>One reader at a time. It is read with <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>: a thread that waited for its own connection would wait for ever.</remarks>
public sealed class IncomingStream : Stream
{
    private const int MostUnread = 64 * 1024;

    private static readonly PipeOptions Options = new(
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: MostUnread,
        resumeWriterThreshold: MostUnread / 2,
        minimumSegmentSize: MostUnread / 4,
        useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);
    private long _unread;
    private volatile bool _isDisposed;

    internal IncomingStream(MessageType type) => Type = type;

    /// <summary>Text, which is valid UTF-8 from its first byte to its last and may be cut anywhere by a read, or binary.</summary>
    public MessageType Type { get; }

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Not known before the end.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc cref="Length"/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal long UnreadBytes => Volatile.Read(ref _unread);

    /// <summary>Waits until some of the message is there.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="cancellationToken">Ends the waiting, and nothing else.</param>
    /// <returns>How many bytes there were; 0 at the message's end, if there was room for any.</returns>
    /// <exception cref="ConnectionClosedException">The connection has ended in the middle of the message.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed, or the loop has gone on.</exception>
    [SuppressMessage("ApiDesign", "RS0027", Justification = "The overloads are those of Stream.")]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var result = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var bytes = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        bytes.CopyTo(buffer.Span);
        var count = (int)bytes.Length;
        Interlocked.Add(ref _unread, -count);
        _pipe.Reader.AdvanceTo(bytes.End);
        return count;
    }

    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)"/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Not supported: use <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A message that comes is read with ReadAsync.");

    /// <inheritdoc cref="Length"/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc cref="Length"/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc cref="Length"/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Does nothing.</summary>
    public override void Flush()
    {
    }

    /// <summary>A part has come.</summary>
    /// <returns>When it is complete, there is room for the next.</returns>
    internal ValueTask AddAsync(ReadOnlySpan<byte> part, bool isLast)
    {
        if (!_isDisposed)
        {
            _pipe.Writer.Write(part);
            Interlocked.Add(ref _unread, part.Length);
        }

        if (isLast)
        {
            _pipe.Writer.Complete();
            return default;
        }

        var flushing = _pipe.Writer.FlushAsync();
        return flushing.IsCompletedSuccessfully ? default : Await(flushing);
    }

    /// <summary>The message will not come to its end.</summary>
    internal void End(ConnectionClosedException exception) => _pipe.Writer.Complete(exception);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _pipe.Reader.Complete();
        }

        base.Dispose(disposing);
    }

    private static async ValueTask Await(ValueTask<FlushResult> flushing) => await flushing.ConfigureAwait(false);
}
