using System.Text;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>What messages are made of: the same bytes at every run.</summary>
internal static class Payload
{
    // One to four bytes each, so that fragments cut characters.
    private const string Letters = "Switchboard, Vermittlungsstelle für 3 €, телефон 電話 𝄞🙂 ";

    private static readonly byte[] Pattern = Encoding.UTF8.GetBytes(Letters);

    /// <summary>UTF-8 of exactly so many bytes.</summary>
    internal static byte[] Text(int length)
    {
        var text = new byte[length];
        for (var position = 0; position < length; position += Pattern.Length)
        {
            Pattern.AsSpan(0, Math.Min(Pattern.Length, length - position)).CopyTo(text.AsSpan(position));
        }

        // The last character may have been cut: then spaces take its place.
        var lastPattern = length / Pattern.Length * Pattern.Length;
        for (var last = length - 1; last >= 0 && Utf8Prefix.Judge(text.AsSpan(lastPattern)) != Utf8State.Complete; last--)
        {
            text[last] = (byte)' ';
        }

        return text;
    }

    /// <summary>Bytes without any pattern.</summary>
    internal static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    internal static byte[] Json(int length)
    {
        var random = new Random(length);
        var text = new StringBuilder("[");
        while (text.Length < length)
        {
            var isOnline = random.Next(2) == 0 ? "true" : "false";
            text.Append($"{{\"id\":{random.Next(100_000)},\"room\":\"room-{random.Next(50)}\",\"online\":{isOnline}}},");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    /// <summary>A frame of random bytes or of text.</summary>
    internal static Frame Message(int opcode, int length) => new(opcode, opcode == Opcode.Text ? Text(length) : Bytes(length));

    /// <summary>A message in frames with payloads of so many bytes, and a last one with the rest.</summary>
    internal static IEnumerable<Frame> Fragments(Frame message, int size)
    {
        var isFirst = true;
        foreach (var piece in message.Payload.Chunk(size))
        {
            var opcode = isFirst ? message.Opcode : Opcode.Continuation;
            isFirst = false;
            yield return new Frame(opcode, piece).Unfinished();
        }

        yield return Frame.Continuation([]);
    }

    /// <summary>A message in fragments that have these payloads.</summary>
    internal static IReadOnlyList<Frame> Fragments(int opcode, params IReadOnlyList<byte[]> payloads) =>
    [
        .. payloads.Select((payload, index) => new Frame(index == 0 ? opcode : Opcode.Continuation, payload) { Fin = index == payloads.Count - 1 }),
    ];
}
