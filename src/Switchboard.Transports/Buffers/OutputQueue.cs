using System.Buffers;

namespace Switchboard.Transports.Buffers;

/// <summary>
/// Bytes on their way out, in pooled segments; none is held while there are none. Every call is made under the transport's
/// gate. The bytes that <see cref="PeekFirst"/> and <see cref="Peek"/> hand out stay where they are until
/// <see cref="Consume"/>, also while more are written behind them.
/// </summary>
internal sealed class OutputQueue
{
    // A single small message takes little; a burst or a backlog takes few, larger segments.
    private const int FirstSegment = 4 * 1024;
    private const int FurtherSegment = 32 * 1024;

    // The segments that are full, oldest first; the one that is being written is the tail.
    private readonly Queue<Segment> _full = new(0);
    private Segment _tail;

    // Where the unsent bytes of the oldest segment begin, be it the first of the full ones or the tail.
    private int _start;

    internal long Length { get; private set; }

    internal bool IsEmpty => Length == 0;

    internal Memory<byte> GetMemory(int sizeHint)
    {
        EnsureRoom(sizeHint);
        return _tail.Array.AsMemory(_tail.End);
    }

    internal Span<byte> GetSpan(int sizeHint)
    {
        EnsureRoom(sizeHint);
        return _tail.Array.AsSpan(_tail.End);
    }

    internal void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_tail.Array?.Length ?? 0) - _tail.End);
        _tail = _tail with { End = _tail.End + count };
        Length += count;
    }

    /// <summary>The oldest bytes that lie together.</summary>
    internal ArraySegment<byte> PeekFirst() => Content(_full.TryPeek(out var first) ? first : _tail, _start);

    /// <summary>How many pieces <see cref="Peek"/> has to offer.</summary>
    internal int Pieces => _full.Count + (_tail.End > 0 ? 1 : 0);

    /// <summary>Adds the oldest bytes to the list, a piece for each segment.</summary>
    internal void Peek(List<ArraySegment<byte>> pieces, int maxPieces)
    {
        var start = _start;
        foreach (var segment in _full)
        {
            if (pieces.Count == maxPieces)
            {
                return;
            }

            pieces.Add(Content(segment, start));
            start = 0;
        }

        if (pieces.Count < maxPieces && _tail.End > start)
        {
            pieces.Add(Content(_tail, start));
        }
    }

    /// <summary>Forgets the oldest bytes, which were sent.</summary>
    internal void Consume(long count)
    {
        Length -= count;
        while (_full.TryPeek(out var first))
        {
            if (count < first.End - _start)
            {
                _start += (int)count;
                return;
            }

            count -= first.End - _start;
            _start = 0;
            _full.Dequeue();
            ArrayPool<byte>.Shared.Return(first.Array);
        }

        _start += (int)count;
        if (_start == _tail.End && _tail.Array is { } array)
        {
            _start = 0;
            _tail = default;
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>The connection has ended: gives the memory back. The length stays, for what was lost was never taken.</summary>
    internal void Abandon()
    {
        while (_full.TryDequeue(out var segment))
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
        }

        if (_tail.Array is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        _tail = default;
        _start = 0;
    }

    private void EnsureRoom(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_tail.Array is { } array)
        {
            if (array.Length - _tail.End >= needed)
            {
                return;
            }

            if (_tail.End > 0)
            {
                _full.Enqueue(_tail);
            }
            else
            {
                ArrayPool<byte>.Shared.Return(array);
            }
        }

        _tail = new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(needed, IsEmpty ? FirstSegment : FurtherSegment)), 0);
    }

    private static ArraySegment<byte> Content(Segment segment, int start) =>
        segment.Array is null ? default : new(segment.Array, start, segment.End - start);

    private readonly record struct Segment(byte[] Array, int End);
}
