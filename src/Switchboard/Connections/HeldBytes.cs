using System.Buffers;

namespace Switchboard.Connections;

/// <summary>Received bytes that wait until a handler has finished, in a pooled buffer. Holds none while there are none.</summary>
internal struct HeldBytes
{
    private byte[]? _buffer;
    private int _start;
    private int _end;

    /// <summary>The buffer's whole size, in bytes.</summary>
    internal readonly int PinnedBytes => _buffer?.Length ?? 0;

    internal readonly bool IsEmpty => _start == _end;

    internal readonly Span<byte> Span => _buffer.AsSpan(_start, _end - _start);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (_buffer is null || _buffer.Length - _end < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_end - _start + bytes.Length);
            Span.CopyTo(larger);
            var length = _end - _start;
            Clear();
            _buffer = larger;
            _end = length;
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Forgets all but the last bytes.</summary>
    internal void KeepLast(int count)
    {
        _start = _end - count;
        if (count == 0)
        {
            Clear();
        }
    }

    internal void Clear()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _start = _end = 0;
    }
}
