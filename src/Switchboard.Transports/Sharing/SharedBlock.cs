using System.Buffers;
using System.Collections.Concurrent;

namespace Switchboard.Transports.Sharing;

/// <summary>A pooled buffer that several connections send from. It goes back to the pool when the last of them is done with it.</summary>
internal sealed class SharedBlock
{
    /// <summary>Holds hundreds of small frames; a larger frame gets a block of its own.</summary>
    internal const int UsualSize = 64 * 1024;

    // Enough for a burst; what is beyond it is left to the garbage collector.
    private const int MostSpares = 64;

    private static readonly ConcurrentQueue<SharedBlock> Spares = new();

    private int _references;

    private SharedBlock(byte[] array) => Array = array;

    internal byte[] Array { get; private set; }

    /// <summary>How many hold it; read from another thread, so perhaps different by now.</summary>
    internal int References => Volatile.Read(ref _references);

    /// <summary>A block with one reference, the caller's.</summary>
    internal static SharedBlock Rent(int size)
    {
        var array = ArrayPool<byte>.Shared.Rent(Math.Max(size, UsualSize));
        if (Spares.TryDequeue(out var block))
        {
            block.Array = array;
        }
        else
        {
            block = new SharedBlock(array);
        }

        block._references = 1;
        return block;
    }

    internal void Retain() => Interlocked.Increment(ref _references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) > 0)
        {
            return;
        }

        ArrayPool<byte>.Shared.Return(Array);
        Array = [];
        if (Spares.Count < MostSpares)
        {
            Spares.Enqueue(this);
        }
    }
}
