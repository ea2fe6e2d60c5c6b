using System.IO.Compression;
using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Compression;

/// <summary>The other end's compression, by the runtime's own streams.</summary>
internal static class Deflated
{
    internal const string Offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

    internal static readonly string Story = string.Join(' ', Enumerable.Range(0, 500).Select(i => $"Chapter {i}: and they lived on happily."));

    internal static Frame Compress(string text)
    {
        var compressed = new MemoryStream();
        using var deflating = new DeflateStream(compressed, CompressionLevel.Optimal);
        deflating.Write(Encoding.UTF8.GetBytes(text));
        deflating.Flush();
        return new Frame(Frame.TextOpcode, compressed.ToArray()[..^4], Reserved: 0x40);
    }

    /// <summary>What a frame says that refers to no other.</summary>
    internal static string Inflate(Frame? frame)
    {
        Assert.True(frame!.IsCompressed);
        using var inflating = new DeflateStream(new MemoryStream([.. frame.Payload, 0x00, 0x00, 0xFF, 0xFF]), CompressionMode.Decompress);
        return new StreamReader(inflating).ReadToEnd();
    }
}
