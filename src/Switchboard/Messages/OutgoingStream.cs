using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Switchboard.Connections;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Messages;

namespace Switchboard;

/// <summary>
/// A message, of any size, that is sent while it is written. It ends with <see cref="CompleteAsync"/>. Disposed without that, a message that has begun
/// takes the connection with it: its peer must not take a half for the whole. One of which nothing was written is only forgotten.
/// </summary>
/// <remarks>
/// From its first write to its end no other message goes between (RFC 6455 §5.4): what is sent or broadcast meanwhile waits behind it, within the
/// backlog limit. Pings and pongs go between, and so does the close of a connection, which breaks the message off and drops what waits behind it.
/// One writer at a time. After a write that has failed or was cancelled the message can only be disposed.
/// </remarks>
public sealed class OutgoingStream : Stream
{
    private const int MostInFragment = 64 * 1024;

    private readonly ConnectionDriver _driver;
    private readonly StreamedSend _message;
    private readonly Deflater? _deflater;

    // What was compressed and not sent yet.
    private byte[]? _compressed;
    private int _compressedLength;
    private Utf8Validator _text;
    private bool _isEmpty = true;
    private int _state;

    internal OutgoingStream(ConnectionDriver driver, MessageType type, bool compress)
    {
        _driver = driver;
        _deflater = compress ? driver.NewDeflater() : null;
        _message = new StreamedSend(type, _deflater is not null);
    }

    /// <summary>Text or binary.</summary>
    public MessageType Type => _message.Type;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => Volatile.Read(ref _state) is State.Idle or State.Busy;

    /// <summary>Not kept.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc cref="Length"/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a write has failed because the connection has ended.</summary>
    internal bool HasLostConnection { get; private set; }

    /// <summary>
    /// Sends a piece of the message as a frame, or several of 64 KiB, and waits until the system has taken it: first for those that were sent before, and
    /// while the peer reads too slowly. A message that is compressed is gathered to 64 KiB of what it is compressed to, or to <see cref="FlushAsync"/>.
    /// </summary>
    /// <param name="buffer">The piece; of text it may cut a character. Do not change it before the task is complete. Many small ones are better gathered in a <see cref="BufferedStream"/>.</param>
    /// <param name="cancellationToken">Ends the waiting, and the message.</param>
    /// <exception cref="ConnectionClosedException">The connection is closing or has ended.</exception>
    /// <exception cref="InvalidDataException">The message is text, and this is not UTF-8. Nothing of it was sent.</exception>
    /// <exception cref="InvalidOperationException">Another write is not finished, or one has failed, or the message is complete.</exception>
    [SuppressMessage("ApiDesign", "RS0027", Justification = "The overloads are those of Stream.")]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Enter();
        var next = State.Broken;
        try
        {
            if (Type == MessageType.Text && !_text.Append(buffer.Span))
            {
                throw new InvalidDataException("A text message is UTF-8, and this is not.");
            }

            _isEmpty &= buffer.IsEmpty;
            if (_deflater is not null)
            {
                await CompressAsync(buffer, flushes: false, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                for (; !buffer.IsEmpty; buffer = buffer[Math.Min(buffer.Length, MostInFragment)..])
                {
                    await SendAsync(buffer[..Math.Min(buffer.Length, MostInFragment)], isFinal: false, cancellationToken).ConfigureAwait(false);
                }
            }

            next = State.Idle;
        }
        finally
        {
            Leave(next);
        }
    }

    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends what a compressed message has gathered. Does nothing for others: all of it was sent.</summary>
    /// <param name="cancellationToken">Ends the waiting, and the message.</param>
    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        Enter();
        var next = State.Broken;
        try
        {
            if (!_isEmpty && _deflater is not null)
            {
                await CompressAsync(default, flushes: true, cancellationToken).ConfigureAwait(false);
                if (_compressedLength > 0)
                {
                    await SendCompressedAsync(isFinal: false, cancellationToken).ConfigureAwait(false);
                }
            }

            next = State.Idle;
        }
        finally
        {
            Leave(next);
        }
    }

    /// <summary>Ends the message, and waits until the system has taken all of it.</summary>
    /// <param name="cancellationToken">Ends the waiting; and the message, if its end was not sent.</param>
    /// <exception cref="InvalidDataException">The message is text, and ends in the middle of a character.</exception>
    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        Enter();
        var next = State.Broken;
        try
        {
            if (!_text.IsComplete)
            {
                throw new InvalidDataException("A text message must not end in the middle of a character.");
            }

            if (_deflater is null)
            {
                await SendAsync(default, isFinal: true, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await CompressAsync(default, flushes: true, cancellationToken).ConfigureAwait(false);
                _compressed![_compressedLength++] = Deflater.EmptyBlock;
                await SendCompressedAsync(isFinal: true, cancellationToken).ConfigureAwait(false);
            }

            next = State.Complete;
        }
        finally
        {
            Leave(next);
        }
    }

    /// <summary>Not supported: use <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A message is written with WriteAsync.");

    /// <summary>Does nothing: see <see cref="FlushAsync"/>.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc cref="Length"/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc cref="Length"/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc cref="Length"/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        var state = Interlocked.Exchange(ref _state, State.Disposed);
        if (state != State.Disposed && disposing)
        {
            if (state != State.Complete)
            {
                _driver.GiveUp(_message);
            }

            // A write that is still at it lets go of them.
            if (state != State.Busy)
            {
                Release();
            }
        }

        base.Dispose(disposing);
    }

    private void Enter()
    {
        var state = Interlocked.CompareExchange(ref _state, State.Busy, State.Idle);
        ObjectDisposedException.ThrowIf(state == State.Disposed, this);
        if (state != State.Idle)
        {
            throw new InvalidOperationException(state switch
            {
                State.Busy => "Another write of this message is not finished.",
                State.Complete => "The message is complete.",
                _ => "A write of this message has failed: it can only be disposed.",
            });
        }
    }

    private void Leave(int next)
    {
        if (Interlocked.CompareExchange(ref _state, next, State.Busy) == State.Disposed)
        {
            Release();
        }
    }

    private void Release()
    {
        _deflater?.Dispose();
        if (_compressed is { } compressed)
        {
            _compressed = null;
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private async ValueTask CompressAsync(ReadOnlyMemory<byte> piece, bool flushes, CancellationToken cancellationToken)
    {
        while (!TryCompress(ref piece, flushes))
        {
            await SendCompressedAsync(isFinal: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>False if there is no more room: what is there is to be sent.</returns>
    private bool TryCompress(ref ReadOnlyMemory<byte> piece, bool flushes)
    {
        _compressed ??= ArrayPool<byte>.Shared.Rent(MostInFragment);
        var rest = piece.Span;
        var isDone = _deflater!.Compress(ref rest, _compressed.AsSpan(_compressedLength), flushes, out var length);
        piece = piece[(piece.Length - rest.Length)..];
        _compressedLength += length;
        return isDone;
    }

    private async ValueTask SendCompressedAsync(bool isFinal, CancellationToken cancellationToken)
    {
        await SendAsync(_compressed.AsMemory(0, _compressedLength), isFinal, cancellationToken).ConfigureAwait(false);
        _compressedLength = 0;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> fragment, bool isFinal, CancellationToken cancellationToken)
    {
        if (!await _driver.SendFragmentAsync(_message, fragment, isFinal, cancellationToken).ConfigureAwait(false))
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _state) == State.Disposed, this);
            HasLostConnection = true;
            throw _driver.Ended();
        }
    }

    private static class State
    {
        internal const int Idle = 0;
        internal const int Busy = 1;
        internal const int Broken = 2;
        internal const int Complete = 3;
        internal const int Disposed = 4;
    }
}
