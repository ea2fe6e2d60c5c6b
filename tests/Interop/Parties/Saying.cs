using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Interop.Parties;

/// <summary>A message that one end is to send and the other to get. It is short to write down, however long it is.</summary>
/// <param name="Type">Text or binary.</param>
/// <param name="Pieces">Each is a fragment, for whoever sends fragments.</param>
/// <param name="Times">How often the pieces are repeated.</param>
internal sealed record Saying(MessageType Type, IReadOnlyList<byte[]> Pieces, int Times = 1)
{
    public byte[] Bytes => [.. Enumerable.Repeat(Pieces, Times).SelectMany(pieces => pieces).SelectMany(piece => piece)];

    public static Saying Text(params IEnumerable<string> pieces) => new(MessageType.Text, [.. pieces.Select(Encoding.UTF8.GetBytes)]);

    public static Saying Binary(params IEnumerable<byte[]> pieces) => new(MessageType.Binary, [.. pieces]);

    /// <summary>All 256 values, again and again.</summary>
    public static Saying Counting(int length) => Binary([.. Enumerable.Range(0, length).Select(index => (byte)index)]);

    /// <summary>What no algorithm makes shorter; the same in each run.</summary>
    public static Saying Noise(int length)
    {
        var noise = new byte[length];
        for (var start = 0; start < length; start += SHA256.HashSizeInBytes)
        {
            var hash = SHA256.HashData(BitConverter.GetBytes(start));
            hash.AsSpan(0, Math.Min(hash.Length, length - start)).CopyTo(noise.AsSpan(start));
        }

        return Binary(noise);
    }

    /// <summary>What a peer reports of such a message.</summary>
    public PeerEvent AsReported() => Report(Type, Bytes);

    public static PeerEvent Report(MessageType type, ReadOnlySpan<byte> data) => new()
    {
        Event = "message",
        Type = type == MessageType.Text ? "text" : "binary",
        Length = data.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(data)),
    };
}
