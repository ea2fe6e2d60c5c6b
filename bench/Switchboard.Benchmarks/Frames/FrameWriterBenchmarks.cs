using BenchmarkDotNet.Attributes;
using Switchboard.Benchmarks.Support;
using Switchboard.Protocol.Frames;

namespace Switchboard.Benchmarks.Frames;

/// <summary>One whole frame into a transport's output.</summary>
public class FrameWriterBenchmarks
{
    private readonly Output _output = new(64 * 1024);
    private byte[] _payload = [];

    [Params(20, 125, 1024, 16 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup() => _payload = Payloads.Random(Size);

    [Benchmark(Baseline = true)]
    public int Write_as_a_server() => Write(new FrameHeader(true, ReservedBits.None, Opcode.Binary, IsMasked: false, 0, Size));

    [Benchmark]
    public int Write_as_a_client() => Write(Burst.Header(Size, MaskingKeys.Random.Next()));

    private int Write(in FrameHeader header)
    {
        FrameWriter.Write(_output, header, _payload);
        return _output.Send();
    }
}
