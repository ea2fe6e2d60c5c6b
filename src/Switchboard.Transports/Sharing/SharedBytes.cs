using System.Diagnostics.CodeAnalysis;
using Switchboard.Transports.Sharing;

namespace Switchboard.Transports;

/// <summary>
/// Bytes that many connections send: written once, and referred to by each that has not sent them yet. Either a piece of a
/// <see cref="SharedRing"/>, whose memory is used again when the last reference has gone, or an array that never changes.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "Nobody compares two of them.")]
public readonly struct SharedBytes
{
    internal SharedBytes(SharedBlock block, int start, int length)
    {
        Block = block;
        Array = block.Array;
        Start = start;
        Length = length;
    }

    private SharedBytes(byte[] array)
    {
        Array = array;
        Length = array.Length;
    }

    /// <summary>How many bytes there are.</summary>
    public int Length { get; }

    /// <summary>The bytes. Valid as long as somebody holds a reference.</summary>
    public ReadOnlySpan<byte> Span => new(Array, Start, Length);

    internal SharedBlock? Block { get; }

    internal byte[] Array { get; }

    internal int Start { get; }

    /// <summary>Shares an array as it is. It must not change any more.</summary>
    public static SharedBytes Of(byte[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return new(array);
    }

    /// <summary>Holds the bytes until <see cref="Release"/>. Safe from any thread, while somebody else holds them.</summary>
    public void Retain() => Block?.Retain();

    /// <summary>Gives up one reference. The bytes are not to be looked at any more by whoever held it.</summary>
    public void Release() => Block?.Release();
}
