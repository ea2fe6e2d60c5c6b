using BenchmarkDotNet.Attributes;
using Switchboard.Protocol.Frames;

namespace Switchboard.Benchmarks.Frames;

/// <summary>One masked header, in each of the three forms of its length.</summary>
public class FrameReaderBenchmarks
{
    private readonly byte[] _input = new byte[FrameHeader.MaxSize];

    [Params(20, 1024, 1024 * 1024)]
    public int PayloadLength { get; set; }

    [GlobalSetup]
    public void Setup() => FrameWriter.WriteHeader(_input, Support.Burst.Header(PayloadLength, 0x6B8B4567));

    [Benchmark]
    public long TryRead()
    {
        FrameReader.TryRead(_input, out var header, out var consumed);
        return header.PayloadLength + consumed;
    }
}
