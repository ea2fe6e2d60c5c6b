using BenchmarkDotNet.Attributes;
using Switchboard.Benchmarks.Support;
using Switchboard.Protocol.Frames;

namespace Switchboard.Benchmarks.Frames;

/// <summary>The mask over one payload.</summary>
public class MaskingBenchmarks
{
    private const uint Key = 0x6B8B4567;
    private byte[] _payload = [];

    [Params(20, 125, 1024, 16 * 1024, 1024 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup() => _payload = Payloads.Random(Size);

    [Benchmark]
    public void Apply() => Masking.Apply(_payload, Key);

    /// <summary>A payload that was cut: neither its start in memory nor its key is aligned.</summary>
    [Benchmark]
    public void Apply_to_a_later_piece() => Masking.Apply(_payload.AsSpan(3), Key, offset: 3);
}
