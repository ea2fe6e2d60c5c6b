using System.IO.Compression;
using System.Security.Cryptography;

namespace Switchboard.TestSupport;

/// <summary>Compressed messages that mean harm.</summary>
internal static class Bomb
{
    /// <summary>What <see cref="Payload"/> would inflate to.</summary>
    internal const long InflatedBytes = 1L << 30;

    private const int ChunkBytes = 1 << 20;

    private static readonly Lazy<byte[]> Made = new(Make);

    /// <summary>6 MB of a compressed message's payload, which inflate to 1 GiB. One array for all: it is not to be written to.</summary>
    internal static byte[] Payload => Made.Value;

    /// <summary>The payload of a compressed message, as a sender makes it that uses the runtime's own stream (RFC 7692 §7.2.1).</summary>
    internal static byte[] Compress(ReadOnlySpan<byte> message) => message.IsEmpty ? [0x00] : Flushed(message)[..^4];

    // A chunk ends at a byte's edge and refers to nothing before it, so it can be said again and again. The noise makes it as large as it is.
    private static byte[] Make()
    {
        var message = new byte[ChunkBytes];
        RandomNumberGenerator.Fill(message.AsSpan(0, 5000));
        var chunk = Flushed(message);
        var bomb = new byte[chunk.Length * (InflatedBytes / ChunkBytes)];
        for (var start = 0; start < bomb.Length; start += chunk.Length)
        {
            chunk.CopyTo(bomb, start);
        }

        Assert.InRange(bomb.Length, 6_000_000, 7_000_000);
        return bomb[..^4];
    }

    private static byte[] Flushed(ReadOnlySpan<byte> message)
    {
        var compressed = new MemoryStream();
        using var deflating = new DeflateStream(compressed, CompressionLevel.Optimal);
        deflating.Write(message);
        deflating.Flush();
        return compressed.ToArray();
    }
}
