using System.Buffers;

namespace Switchboard.Benchmarks.Support;

/// <summary>A transport's output: one buffer, which is empty again once it was sent.</summary>
internal sealed class Output(int capacity) : IBufferWriter<byte>
{
    private readonly byte[] _buffer = new byte[capacity];
    private int _written;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_written);

    internal byte[] ToArray() => _buffer[.._written];

    /// <returns>How many bytes were sent.</returns>
    internal int Send()
    {
        var sent = _written;
        _written = 0;
        return sent;
    }
}
