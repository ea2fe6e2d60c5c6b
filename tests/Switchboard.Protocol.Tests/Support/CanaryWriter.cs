using System.Buffers;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>Hands out memory full of canaries, and more of it than was asked for.</summary>
internal sealed class CanaryWriter : IBufferWriter<byte>
{
    internal const byte Canary = 0xCA;

    private readonly List<byte> _written = [];
    private byte[] _lent = [];

    public void Advance(int count)
    {
        Assert.False(_lent.AsSpan(count).ContainsAnyExcept(Canary), "Something was written beyond what was advanced.");
        _written.AddRange(_lent[..count]);
        _lent = [];
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _lent = new byte[sizeHint + 100];
        _lent.AsSpan().Fill(Canary);
        return _lent;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    internal void ExpectExactly(ReadOnlySpan<byte> expected) => Assert.Equal(Wire.Hex(expected), Wire.Hex(_written.ToArray()));
}
