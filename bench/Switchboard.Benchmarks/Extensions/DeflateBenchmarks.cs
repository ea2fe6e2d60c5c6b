using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Benchmarks.Extensions;

/// <summary>What a compressed message costs, without context takeover: to make it from JSON, and to read it.</summary>
[MemoryDiagnoser]
public class DeflateBenchmarks
{
    private readonly DeflateAcceptor _acceptor = new(new DeflateSettings(1, 0, KeepsContext: false, 15, 15, new WindowBudget(0)));
    private byte[] _message = [];
    private byte[] _destination = [];
    private byte[] _frame = [];
    private byte[] _input = [];
    private ProtocolConnection _receiver = null!;

    [Params(1024, 4096, 65_536)]
    public int Size { get; set; }

    [Params(1, 2, 6)]
    public int Level { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _message = Json(Size);
        _destination = new byte[Size];
        var length = Compress();
        Console.WriteLine($"// level {Level}: {Size} bytes become {length}, {100.0 * length / Size:F0}%");

        // A key of zeros leaves the payload as it is.
        var header = new FrameHeader(Fin: true, ReservedBits.Rsv1, Opcode.Text, IsMasked: true, MaskingKey: 0, length);
        _frame = new byte[FrameHeader.SizeFor(length, isMasked: true) + length];
        _destination.AsSpan(0, length).CopyTo(_frame.AsSpan(FrameWriter.WriteHeader(_frame, header)));
        _input = new byte[_frame.Length];
        var deflate = _acceptor.Accept([new(DeflateParameters.ExtensionName, [])]);
        _receiver = new ProtocolConnection(Role.Server, new MessageLimits(1024 * 1024, 1024), deflate);
    }

    [Benchmark]
    public int Compress() =>
        Deflaters.TryCompress(new DeflateForm(Level, 15), _message, _destination, out var length) ? length : throw new InvalidOperationException();

    [Benchmark]
    public int Read()
    {
        _frame.CopyTo(_input, 0);
        var input = _input.AsSpan();
        return _receiver.TryRead(ref input, out var received) && received.Kind == ProtocolEventKind.Text
            ? received.Payload.Length
            : throw new InvalidOperationException();
    }

    private static byte[] Json(int size)
    {
        var random = new Random(1);
        var text = new StringBuilder("[");
        while (text.Length < size)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$"""{"id":{{random.Next(100_000)}},"user":"user{{random.Next(1000)}}","text":"the quick brown fox {{random.Next(99)}} jumps over","at":"2026-01-01T14:{{random.Next(60):00}}:{{random.Next(60):00}}Z","ok":{{(random.Next(2) == 0 ? "true" : "false")}}},""");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }
}
