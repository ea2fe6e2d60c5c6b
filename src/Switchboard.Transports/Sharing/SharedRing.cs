using Switchboard.Transports.Sharing;

namespace Switchboard.Transports;

/// <summary>
/// Where a thread writes what it sends to many. What is written one after the other lies one behind the other, so that a connection
/// which gets all of it sends it in one piece. A thread has one ring, and shares it with nobody.
/// </summary>
public sealed class SharedRing
{
    [ThreadStatic]
    private static SharedRing? _ofThread;

    private SharedBlock? _block;
    private int _end;

    private SharedRing()
    {
    }

    /// <summary>The calling thread's own.</summary>
    public static SharedRing OfThread => _ofThread ??= new SharedRing();

    /// <summary>Room for exactly this many bytes, to be filled before <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (_block is null || _block.Array.Length - _end < size)
        {
            _block?.Release();
            _block = SharedBlock.Rent(size);
            _end = 0;
        }

        return _block.Array.AsSpan(_end, size);
    }

    /// <summary>Shares what was reserved last. The caller holds one reference to it, which it has to release.</summary>
    public SharedBytes Commit(int size)
    {
        if (_block is null || _block.Array.Length - _end < size)
        {
            throw new InvalidOperationException("More is committed than was reserved.");
        }

        var bytes = new SharedBytes(_block, _end, size);
        bytes.Retain();
        _end += size;
        if (_block.Array.Length > SharedBlock.UsualSize)
        {
            // A large message is not to pin its memory longer than it is needed.
            _block.Release();
            _block = null;
        }

        return bytes;
    }
}
