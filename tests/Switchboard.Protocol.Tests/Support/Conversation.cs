using System.Text;
using CsCheck;
using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>What one end says, from beginning to end: as frames on the wire, and as what the other end must make of it.</summary>
internal sealed record Conversation(Role Receiver, byte[] Bytes, IReadOnlyList<Happening> Expected)
{
    private static readonly string[] Letters = ["a", "é", "€", "😀"];

    private static readonly Gen<int> Size = Gen.Frequency(
        (12, Gen.OneOf(0, 1, 2, 3, 124, 125, 126, 127, 128)),
        (6, Gen.Int[0, 2000]),
        (1, Gen.OneOf(65534, 65535, 65536, 65537, 70000)));

    private static readonly Gen<Control> ControlFrame = Gen.Select(Gen.Bool, Gen.OneOf(0, 1, 5, 124, 125), (isPing, size) => new Control(isPing, size));

    private static readonly Gen<Message> AnyMessage = Gen.Select(
        Gen.Bool, Size, Gen.Int[0, 3], Gen.Double[0, 1].Array[0, 4], ControlFrame.Array[0, 2],
        (isText, size, salt, cuts, between) => new Message(isText, size, salt, cuts, between));

    /// <summary>How it ends: 0 not at all, 1 with a close, else with the breach of this number.</summary>
    private static readonly Gen<int> End = Gen.Frequency((1, Gen.Const(0)), (2, Gen.Const(1)), (4, Gen.Int[2, 1 + Breaches.Count]));

    /// <summary>Any conversation, to either end.</summary>
    internal static Gen<Conversation> Any { get; } = Gen.Select(
        Gen.Bool, AnyMessage.Array[0, 5], End, Gen.Byte.Array[0, 20],
        (toServer, messages, end, garbage) => Build(toServer ? Role.Server : Role.Client, messages, end, garbage));

    /// <summary>The sizes of the pieces in which bytes come, over and over.</summary>
    internal static Gen<int[]> Pieces { get; } = Gen.Frequency((2, Gen.Int[1, 5]), (2, Gen.Int[1, 200]), (1, Gen.Int[1, 70_000])).Array[1, 6];

    internal static IEnumerable<byte[]> Cut(byte[] bytes, int[] pieces)
    {
        var start = 0;
        for (var i = 0; start < bytes.Length; i++)
        {
            var size = Math.Min(pieces[i % pieces.Length], bytes.Length - start);
            yield return bytes[start..(start + size)];
            start += size;
        }
    }

    internal static byte[] TextOf(int size, int salt)
    {
        var text = new List<byte>(size + 4);
        for (var i = salt; text.Count < size; i++)
        {
            text.AddRange(Encoding.UTF8.GetBytes(Letters[i % Letters.Length]));
        }

        while (text.Count > size)
        {
            // The last letter did not fit.
            do
            {
                text.RemoveAt(text.Count - 1);
            }
            while (text.Count > 0 && (text[^1] & 0xC0) == 0x80);

            if (text.Count > 0 && text[^1] >= 0xC0)
            {
                text.RemoveAt(text.Count - 1);
            }
        }

        text.AddRange(Enumerable.Repeat((byte)'x', size - text.Count));
        return [.. text];
    }

    /// <summary>The payload cut at these fractions of its length.</summary>
    internal static IReadOnlyList<byte[]> Fragments(byte[] payload, double[] cuts)
    {
        var edges = cuts.Select(cut => (int)(cut * payload.Length)).Order().Prepend(0).Append(payload.Length).ToList();
        return [.. edges.Zip(edges.Skip(1), (from, to) => payload[from..to])];
    }

    public override string ToString() => $"to the {Receiver}, {Bytes.Length} bytes: {Wire.Hex(Bytes.AsSpan(0, Math.Min(400, Bytes.Length)))}";

    private static Conversation Build(Role receiver, IReadOnlyList<Message> messages, int end, byte[] garbage)
    {
        var sender = Wire.Other(receiver);
        var bytes = new List<byte>();
        var expected = new List<Happening>();
        foreach (var message in messages)
        {
            var payload = message.Payload;
            var fragments = Fragments(payload, message.Cuts);
            for (var i = 0; i < fragments.Count; i++)
            {
                var opcode = i > 0 ? 0x0 : message.IsText ? 0x1 : 0x2;
                bytes.AddRange(Wire.Frame(sender, opcode | (i == fragments.Count - 1 ? 0x80 : 0), fragments[i]));
                if (i < fragments.Count - 1 && i < message.Between.Length)
                {
                    Add(message.Between[i]);
                }
            }

            expected.Add(new Happening(message.IsText ? ProtocolEventKind.Text : ProtocolEventKind.Binary, Wire.Hex(payload), 0, null));
            if (message.Between.Length > 0)
            {
                Add(message.Between[0]);
            }
        }

        if (end == 1)
        {
            bytes.AddRange(Wire.Frame(sender, 0x88, [0x0F, 0xA1, .. "done"u8]));
            expected.Add(Happening.Close((CloseCode)4001, "done"));
        }
        else if (end > 1)
        {
            var (frames, error) = Breaches.All[end - 2](sender);
            bytes.AddRange(frames);
            expected.Add(Happening.Failure(error));
        }

        return new Conversation(receiver, end == 0 ? [.. bytes] : [.. bytes, .. garbage], expected);

        void Add(Control control)
        {
            bytes.AddRange(Wire.Frame(sender, control.IsPing ? 0x89 : 0x8A, control.Payload));
            expected.Add(control.IsPing ? Happening.Ping(control.Payload) : Happening.Pong(control.Payload));
        }
    }

    internal sealed record Control(bool IsPing, int Size)
    {
        internal byte[] Payload => [.. Enumerable.Range(0, Size).Select(i => (byte)(255 - i))];
    }

    internal sealed record Message(bool IsText, int Size, int Salt, double[] Cuts, Control[] Between)
    {
        internal byte[] Payload => IsText ? TextOf(Size, Salt) : [.. Enumerable.Range(0, Size).Select(i => (byte)((i * 31) + Salt))];

        internal static Gen<Message> Any => AnyMessage;
    }
}
