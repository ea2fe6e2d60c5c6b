using System.Buffers;
using Switchboard.Transports.Sharing;

namespace Switchboard.Transports.Buffers;

/// <summary>
/// Bytes on their way out, in pooled segments of our own or pieces of shared blocks; no memory is held while there are none. Every call is
/// made under the transport's gate. The bytes that <see cref="PeekFirst"/> and <see cref="Peek"/> hand out stay where they are
/// until <see cref="Consume"/>, also while more are written behind them.
/// </summary>
internal struct OutputQueue
{
    // A single small message takes little; a burst or a backlog takes few, larger segments.
    private const int FirstSegment = 4 * 1024;
    private const int FurtherSegment = 32 * 1024;

    // A piece of a few bytes pins its whole block. Who reads slowly pins at most this many of them, and gets copies from then on.
    private const int MostShared = 16;

    // Segments: more than the usual burst has.
    private const int LongQueue = 64;

    // Less than this is copied behind what is there already: to send another piece costs more.
    private const int LeastShared = 64;

    // The segments that are full, oldest first; the one that is being written is the tail.
    private Queue<Segment>? _full;
    private Segment _tail;

    // Where the unsent bytes of the oldest segment begin, be it the first of the full ones or the tail.
    private int _start;

    // How many of the segments are shared.
    private int _shared;

    internal long Length { get; private set; }

    internal readonly bool IsEmpty => Length == 0;

    /// <summary>How many of the bytes lie in memory of our own, and not in blocks that others send from too.</summary>
    internal readonly long OwnLength
    {
        get
        {
            if (_shared == 0)
            {
                return Length;
            }

            var own = Length;
            var isOldest = true;
            if (_full is not null)
            {
                foreach (var segment in _full)
                {
                    own -= segment.IsShared ? segment.End - (isOldest ? _start : segment.Start) : 0;
                    isOldest = false;
                }
            }

            return own - (_tail.IsShared ? _tail.End - (isOldest ? _start : _tail.Start) : 0);
        }
    }

    private readonly int FullCount => _full?.Count ?? 0;

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
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _tail.Room);
        _tail.End += count;
        Length += count;
    }

    /// <summary>Puts shared bytes behind what is there: by reference, and as a longer piece of what is there if they follow it.</summary>
    internal void Append(in SharedBytes bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        if (_tail.IsShared && _tail.Array == bytes.Array && _tail.Block == bytes.Block && _tail.End == bytes.Start)
        {
            _tail.End += bytes.Length;
            Length += bytes.Length;
            return;
        }

        if (_shared == MostShared || (bytes.Length < LeastShared && _tail.End > _tail.Start && _tail.Room >= bytes.Length))
        {
            bytes.Span.CopyTo(GetSpan(bytes.Length));
            Advance(bytes.Length);
            return;
        }

        PutTailAway();
        bytes.Retain();
        SetTail(new Segment { Array = bytes.Array, Start = bytes.Start, End = bytes.Start + bytes.Length, IsShared = true, Block = bytes.Block });
        _shared++;
        Length += bytes.Length;
    }

    /// <summary>Counts bytes that are sent past the queue, which is empty.</summary>
    internal void BeginThrough(int size) => Length += size;

    /// <summary>They were sent, all or a part of them. What is left goes before everything that was written meanwhile.</summary>
    /// <param name="sent">How many of them were taken.</param>
    /// <param name="head">All of the first part.</param>
    /// <param name="body">All of the second part.</param>
    internal void EndThrough(int sent, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        Length -= sent;
        var left = head.Length + body.Length - sent;
        if (left == 0)
        {
            return;
        }

        var rest = new Segment { Array = ArrayPool<byte>.Shared.Rent(left), End = left };
        var ofHead = head[Math.Min(sent, head.Length)..];
        ofHead.CopyTo(rest.Array);
        body[^(left - ofHead.Length)..].CopyTo(rest.Array.AsSpan(ofHead.Length));

        PutTailAway();
        if (FullCount == 0)
        {
            SetTail(rest);
            return;
        }

        // To the front of a queue: to its end, and then all that was before it behind it.
        _full!.Enqueue(rest);
        for (var others = FullCount - 1; others > 0; others--)
        {
            _full.Enqueue(_full.Dequeue());
        }

        _start = 0;
    }

    /// <summary>The oldest bytes that lie together.</summary>
    internal readonly ArraySegment<byte> PeekFirst() => (FullCount > 0 ? _full!.Peek() : _tail).From(_start);

    /// <summary>How many pieces <see cref="Peek"/> has to offer.</summary>
    internal readonly int Pieces => FullCount + (_tail.End > (FullCount > 0 ? _tail.Start : _start) ? 1 : 0);

    /// <summary>Adds the oldest bytes to the list, a piece for each segment.</summary>
    internal readonly void Peek(List<ArraySegment<byte>> pieces, int maxPieces)
    {
        var isOldest = true;
        if (_full is not null)
        {
            foreach (var segment in _full)
            {
                if (pieces.Count == maxPieces)
                {
                    return;
                }

                pieces.Add(segment.From(isOldest ? _start : segment.Start));
                isOldest = false;
            }
        }

        var start = isOldest ? _start : _tail.Start;
        if (pieces.Count < maxPieces && _tail.End > start)
        {
            pieces.Add(_tail.From(start));
        }
    }

    /// <summary>Forgets the oldest bytes, which were sent.</summary>
    internal void Consume(long count)
    {
        Length -= count;
        while (FullCount > 0)
        {
            var oldest = _full!.Peek();
            if (count < oldest.End - _start)
            {
                _start += (int)count;
                return;
            }

            count -= oldest.End - _start;
            _full.Dequeue();
            Drop(oldest);
            _start = FullCount > 0 ? _full.Peek().Start : _tail.Start;
            if (FullCount == 0 && _full.EnsureCapacity(0) > LongQueue)
            {
                // What a long backlog has made is not kept for ever.
                _full = null;
            }
        }

        _start += (int)count;
        if (_start == _tail.End && _tail.Array is not null)
        {
            Drop(_tail);
            _tail = default;
            _start = 0;
        }
    }

    /// <summary>The connection has ended: gives the memory back. The length stays, for what was lost was never taken.</summary>
    internal void Abandon()
    {
        while (FullCount > 0)
        {
            Drop(_full!.Dequeue());
        }

        if (_tail.Array is not null)
        {
            Drop(_tail);
        }

        _tail = default;
        _full = null;
        _start = 0;
    }

    private void EnsureRoom(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_tail.Array is not null && _tail.Room >= needed)
        {
            return;
        }

        PutTailAway();
        var array = ArrayPool<byte>.Shared.Rent(Math.Max(needed, IsEmpty ? FirstSegment : FurtherSegment));
        SetTail(new Segment { Array = array });
    }

    private void PutTailAway()
    {
        if (_tail.Array is null)
        {
            return;
        }

        if (_tail.End > _tail.Start)
        {
            (_full ??= new Queue<Segment>()).Enqueue(_tail);
        }
        else
        {
            Drop(_tail);
        }

        _tail = default;
    }

    private void SetTail(in Segment segment)
    {
        _tail = segment;
        if (FullCount == 0)
        {
            _start = segment.Start;
        }
    }

    private void Drop(in Segment segment)
    {
        if (!segment.IsShared)
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
            return;
        }

        _shared--;
        segment.Block?.Release();
    }

    private struct Segment
    {
        internal byte[] Array;
        internal int Start;
        internal int End;
        internal bool IsShared;
        internal SharedBlock? Block;

        // Nobody else's bytes are written over.
        internal readonly int Room => IsShared || Array is null ? 0 : Array.Length - End;

        internal readonly ArraySegment<byte> From(int start) => Array is null ? default : new(Array, start, End - start);
    }
}
