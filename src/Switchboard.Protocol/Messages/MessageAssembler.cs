using System.Buffers;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Messages;

/// <summary>
/// Gathers the pieces of one message in a pooled buffer, which grows with the bytes that have come and never with the length
/// that a peer has announced. Holds no buffer between messages.
/// </summary>
internal struct MessageAssembler
{
    private const int SmallestBuffer = 1024;

    private byte[]? _buffer;
    private int _length;

    /// <summary>The payload bytes gathered so far.</summary>
    internal readonly int Length => _length;

    /// <summary>What the message pins in memory, in bytes: the buffer's whole size, not only the part in use.</summary>
    internal readonly int PinnedBytes => _buffer?.Length ?? 0;

    /// <summary>The message. Valid until <see cref="Release"/>.</summary>
    internal readonly ReadOnlySpan<byte> Message => _buffer.AsSpan(0, _length);

    /// <summary>Appends a piece of a frame's payload and takes the mask off it.</summary>
    /// <param name="piece">The bytes as they came.</param>
    /// <param name="header">The frame that they belong to.</param>
    /// <param name="offset">Where in the frame's payload the piece begins.</param>
    /// <param name="expected">How many bytes of the message are announced, this piece included: no larger buffer is asked for.</param>
    /// <returns>The piece, unmasked, in its new place.</returns>
    internal ReadOnlySpan<byte> Append(ReadOnlySpan<byte> piece, in FrameHeader header, long offset, int expected)
    {
        EnsureRoom(_length + piece.Length, expected);
        var place = _buffer.AsSpan(_length, piece.Length);
        if (header.IsMasked)
        {
            Masking.Apply(piece, place, header.MaskingKey, offset);
        }
        else
        {
            piece.CopyTo(place);
        }

        _length += piece.Length;
        return place;
    }

    /// <summary>Room for what is inflated: at least a byte, unless the limit is reached. What is used of it is told to <see cref="Advance"/>.</summary>
    /// <param name="hint">How much may come.</param>
    /// <param name="limit">The most that the whole message may have.</param>
    internal Span<byte> Reserve(int hint, int limit)
    {
        limit = Math.Min(limit, Array.MaxLength);
        if (_length < limit)
        {
            EnsureRoom(_length + 1, (int)Math.Clamp(_length + (long)hint, Math.Min(SmallestBuffer, limit), limit));
        }

        return _buffer.AsSpan(_length, Math.Min((_buffer?.Length ?? 0) - _length, limit - _length));
    }

    /// <summary>Room for a part that is handed up by itself: what was gathered before was released.</summary>
    internal Span<byte> ReservePart(int size)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(size);
        return _buffer.AsSpan(0, size);
    }

    internal void Advance(int count) => _length += count;

    internal void Release()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _length = 0;
    }

    private void EnsureRoom(int needed, int expected)
    {
        if (_buffer is not null && _buffer.Length >= needed)
        {
            return;
        }

        // Four times what has come, which the pool may round up to twice that: a peer pins at most eight times what it sent (of a compressed
        // message, what that inflates to), or the smallest buffer, and a large message is moved only a few times.
        var size = Math.Max(needed, (int)Math.Min(expected, Math.Max(4L * needed, SmallestBuffer)));
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Message.CopyTo(larger);
        if (_buffer is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _buffer = larger;
    }
}
