using System.IO.Compression;
using Switchboard.Conformance.Cases;
using Switchboard.Conformance.Deflate;

namespace Conformance.Tests;

/// <summary>The suite's own compression, held against the runtime's and against itself: a wrong ruler measures nothing.</summary>
public sealed class DeflateTests
{
    public static TheoryData<int, int> StylesAndWindows =>
        [.. Enum.GetValues<BlockStyle>().SelectMany(style => ((int[])[8, 9, 12, 15]).Select(bits => ((int)style, bits)))];

    [Theory]
    [MemberData(nameof(StylesAndWindows))]
    public void What_is_deflated_is_inflated_within_the_window(int style, int windowBits)
    {
        var deflater = new Deflater(windowBits, takesOver: true);
        var inflater = new Inflater(windowBits, takesOver: true);
        foreach (var message in (byte[][])[Payload.Text(5000), Payload.Json(40000), [], Payload.Text(5000), Payload.Bytes(3000)])
        {
            Assert.Equal(message, inflater.Inflate(deflater.Deflate(message, (BlockStyle)style)));
        }
    }

    [Theory]
    [MemberData(nameof(StylesAndWindows))]
    public void The_runtime_inflates_it_too(int style, int windowBits)
    {
        var message = Payload.Json(10000);
        using var payload = new MemoryStream([.. new Deflater(windowBits, takesOver: false).Deflate(message, (BlockStyle)style), 0, 0, 0xFF, 0xFF]);
        using var stream = new DeflateStream(payload, CompressionMode.Decompress);
        var inflated = new byte[message.Length];
        stream.ReadExactly(inflated);
        Assert.Equal(message, inflated);
    }

    [Fact]
    public void A_distance_beyond_the_window_is_found()
    {
        byte[] message = [.. Payload.Bytes(1000), .. Payload.Bytes(1000)];
        var payload = new Deflater(15, takesOver: false).Deflate(message, BlockStyle.Fixed);
        Assert.Throws<InvalidDeflateException>(() => new Inflater(9, takesOver: false).Inflate(payload));
    }

    [Fact]
    public void A_distance_into_an_earlier_message_is_found()
    {
        var deflater = new Deflater(15, takesOver: true);
        var (first, second) = (deflater.Deflate(Payload.Bytes(1000), BlockStyle.Fixed), deflater.Deflate(Payload.Bytes(1000), BlockStyle.Fixed));
        var inflater = new Inflater(15, takesOver: false);
        inflater.Inflate(first);
        Assert.Throws<InvalidDeflateException>(() => inflater.Inflate(second));
    }

    [Fact]
    public void Bad_data_is_found()
    {
        Assert.All([.. BadData.All.Select(bad => bad.Payload), BadData.Cut], payload =>
            Assert.Throws<InvalidDeflateException>(() => new Inflater(15, takesOver: true).Inflate(payload)));
    }
}
