using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Connection;

namespace Switchboard.Fuzz.Seeds;

/// <summary>
/// What a peer says, for both roles, in the groups of the conformance cases. The first byte chooses what was agreed on and the limits, the second cuts.
/// </summary>
internal static class ConnectionSeeds
{
    // Options: what was agreed on in the lower three bits, the limits in the next two.
    private const byte Plain = 0;
    private const byte Shared = 1;
    private const byte Dedicated = 2;
    private const byte SmallWindow = 5;
    private const byte MessagesOf300 = 0x08;
    private const byte MessagesOf16 = 0x10;

    internal static IEnumerable<Seed> All => new[] { Role.Server, Role.Client }.SelectMany(
        receiver => For(receiver == Role.Server ? Role.Client : Role.Server).Select(
            seed => new Seed(receiver == Role.Server ? "connection-server" : "connection-client", seed.Name, [seed.Options, 0x13, .. seed.Bytes])));

    private static IEnumerable<(string Name, byte Options, byte[] Bytes)> For(Role sender) =>
    [
        .. Messages(sender), .. Control(sender), .. Breaches(sender), .. Fragments(sender), .. Texts(sender), .. Closes(sender), .. Limits(sender),
        .. Compressed(sender),
    ];

    private static IEnumerable<(string, byte, byte[])> Messages(Role sender)
    {
        yield return ("text", Plain, Wire.Frame(sender, 0x81, "Hello"u8));
        yield return ("binary", Plain, Wire.Frame(sender, 0x82, [0, 1, 2, 0xFE, 0xFF]));
        yield return ("empty-text", Plain, Wire.Frame(sender, 0x81, []));
        yield return ("empty-binary", Plain, Wire.Frame(sender, 0x82, []));
        foreach (var size in new[] { 125, 126, 127, 128, 1000 })
        {
            yield return ($"text-of-{size}", Plain, Wire.Frame(sender, 0x81, Letters(size)));
        }

        yield return ("announced-65535", Plain, [.. Wire.Header(sender, 0x82, 65535), .. Letters(50)]);
        yield return ("announced-65536", Plain, [.. Wire.Header(sender, 0x82, 65536), .. Letters(50)]);
        yield return ("three-messages", Plain, Join(sender, (0x81, "one"), (0x82, "two"), (0x81, "three")));
        yield return ("conversation", Plain,
            Join(sender, (0x81, "Hello"), (0x89, "ping"), (0x01, "frag"), (0x8A, "pong"), (0x80, "ments"), (0x88, "\u0003\u00E8bye")));
    }

    private static IEnumerable<(string, byte, byte[])> Control(Role sender)
    {
        yield return ("ping", Plain, Join(sender, (0x89, "ping")));
        yield return ("ping-empty", Plain, Join(sender, (0x89, "")));
        yield return ("ping-binary", Plain, Wire.Frame(sender, 0x89, [0, 0xFF, 0xFE, 0xFD]));
        yield return ("ping-of-125", Plain, Wire.Frame(sender, 0x89, Letters(125)));
        yield return ("ping-of-126", Plain, Wire.Frame(sender, 0x89, Letters(126)));
        yield return ("ten-pings", Plain, Join(sender, [.. Enumerable.Range(0, 10).Select(i => (0x89, $"ping {i}"))]));
        yield return ("pong-unasked", Plain, Join(sender, (0x8A, "pong"), (0x89, "ping")));
        yield return ("ping-fragmented", Plain, Join(sender, (0x09, "pi"), (0x80, "ng")));
        yield return ("ping-between-fragments", Plain, Join(sender, (0x01, "frag"), (0x89, "ping"), (0x80, "ment")));
    }

    private static IEnumerable<(string, byte, byte[])> Breaches(Role sender)
    {
        var other = sender == Role.Client ? Role.Server : Role.Client;
        foreach (var first in new[] { 0xC1, 0xA1, 0x91, 0xF1, 0xC9, 0xF8 })
        {
            yield return ($"reserved-bits-{first:X2}", Plain, Join(sender, (0x81, "first"), (first, "second"), (0x89, "third")));
        }

        foreach (var opcode in new[] { 3, 7, 0xB, 0xF })
        {
            yield return ($"reserved-opcode-{opcode:X}", Plain, Join(sender, (0x81, "first"), (0x80 | opcode, "second"), (0x89, "third")));
        }

        yield return ("mask-wrong", Plain, Wire.Frame(other, 0x81, "x"u8));
        yield return ("length-not-shortest", Plain, [.. Wire.Header(sender, 0x82, 200)[..2], 0x00, 0x05, .. "12345678901234567890"u8]);
        yield return ("length-negative", Plain, [.. Wire.Header(sender, 0x82, 70_000)[..2], 0x80, 0, 0, 0, 0, 0, 0, 0, .. "1234567890"u8]);
    }

    private static IEnumerable<(string, byte, byte[])> Fragments(Role sender)
    {
        yield return ("fragments", Plain, Join(sender, (0x01, "Hel"), (0x00, "l"), (0x80, "o")));
        yield return ("fragments-empty", Plain, Join(sender, (0x01, ""), (0x00, ""), (0x80, "")));
        yield return ("fragments-binary", Plain, Join(sender, (0x02, "a"), (0x00, ""), (0x00, "b"), (0x80, "c"), (0x81, "next")));
        yield return ("continuation-of-nothing", Plain, Join(sender, (0x80, "x"), (0x81, "y")));
        yield return ("continuation-after-the-end", Plain, Join(sender, (0x01, "a"), (0x80, "b"), (0x80, "c")));
        yield return ("message-in-message", Plain, Join(sender, (0x01, "a"), (0x81, "b")));
        yield return ("not-finished", Plain, Join(sender, (0x01, "a"), (0x00, "b")));
        yield return ("pings-between-fragments", Plain, Join(sender, (0x01, "a"), (0x89, "1"), (0x00, "b"), (0x89, "2"), (0x80, "c"), (0x89, "3")));
        yield return ("close-between-fragments", Plain, Join(sender, (0x01, "a"), (0x88, ""), (0x80, "b")));
    }

    private static IEnumerable<(string, byte, byte[])> Texts(Role sender) => TextSeeds.Texts.SelectMany(
        text => new (string, byte, byte[])[]
        {
            ($"utf8-{text.Name}", Plain, [.. Wire.Frame(sender, 0x81, text.Bytes), .. Wire.Frame(sender, 0x89, "after"u8)]),
            ($"utf8-{text.Name}-in-fragments", Plain,
            [
                .. Wire.Frame(sender, 0x01, text.Bytes.AsSpan(0, text.Bytes.Length / 2)),
                .. Wire.Frame(sender, 0x80, text.Bytes.AsSpan(text.Bytes.Length / 2)),
            ]),
        });

    private static IEnumerable<(string, byte, byte[])> Closes(Role sender) =>
    [
        .. CloseSeeds.Bodies.Where(body => body.Bytes.Length <= 125).Select(
            body => ($"close-{body.Name}", Plain, Wire.Frame(sender, 0x88, body.Bytes))),
        ("close-too-long", Plain, Wire.Frame(sender, 0x88, [3, 232, .. Letters(124)])),
        ("close-then-more", Plain, Join(sender, (0x88, ""), (0x81, "more"), (0x88, ""))),
        ("close-twice", Plain, Join(sender, (0x88, ""), (0x88, ""))),
    ];

    private static IEnumerable<(string, byte, byte[])> Limits(Role sender)
    {
        yield return ("limit-reached", MessagesOf16, Wire.Frame(sender, 0x82, Letters(16)));
        yield return ("limit-passed", MessagesOf16, Wire.Frame(sender, 0x82, Letters(17)));
        yield return ("limit-passed-by-fragments", MessagesOf16, Join(sender, (0x02, "1234567890"), (0x80, "1234567")));
        yield return ("limit-of-fragments-passed", MessagesOf300,
            Join(sender, (0x02, ""), (0x00, ""), (0x00, ""), (0x00, ""), (0x00, ""), (0x00, ""), (0x80, "")));
        yield return ("limit-announced", MessagesOf300, Wire.Header(sender, 0x82, long.MaxValue));
        yield return ("limit-of-bomb", (byte)(MessagesOf300 | Shared), Wire.Frame(sender, 0xC2, DeflateSeeds.Bomb(20)));
        yield return ("limit-of-bomb-with-context", (byte)(MessagesOf16 | Dedicated), Wire.Frame(sender, 0xC2, DeflateSeeds.Bomb(1)));
    }

    private static IEnumerable<(string, byte, byte[])> Compressed(Role sender)
    {
        foreach (var (name, payload) in DeflateSeeds.Payloads.Where(payload => payload.Bytes.Length < 700))
        {
            yield return ($"compressed-{name}", Shared, [.. Wire.Frame(sender, 0xC1, payload), .. Wire.Frame(sender, 0x89, "after"u8)]);
            yield return ($"compressed-{name}-twice", Dedicated, [.. Wire.Frame(sender, 0xC2, payload), .. Wire.Frame(sender, 0xC2, payload)]);
        }

        yield return ("compressed-far-back-in-small-window", SmallWindow,
            Wire.Frame(sender, 0xC2, DeflateSeeds.Payloads.First(payload => payload.Name == "600-back").Bytes));
        yield return ("compressed-second-refers-to-first", Dedicated,
            [.. Wire.Frame(sender, 0xC1, DeflateSeeds.Payloads[0].Bytes), .. Wire.Frame(sender, 0xC1, DeflateSeeds.SecondHello)]);
        yield return ("compressed-in-fragments", Shared,
        [
            .. Wire.Frame(sender, 0x41, [0xF2, 0x48]), .. Wire.Frame(sender, 0x89, "between"u8),
            .. Wire.Frame(sender, 0x00, [0xCD]), .. Wire.Frame(sender, 0x80, [0xC9, 0xC9, 0x07, 0x00]),
        ]);
        yield return ("compressed-mark-on-second-fragment", Shared, [.. Wire.Frame(sender, 0x41, [0xF2, 0x48]), .. Wire.Frame(sender, 0xC0, [0xCD])]);
        yield return ("compressed-mark-on-ping", Shared, Wire.Frame(sender, 0xC9, "x"u8));
        yield return ("compressed-and-not", Dedicated,
        [
            .. Wire.Frame(sender, 0xC1, DeflateSeeds.Payloads[0].Bytes), .. Wire.Frame(sender, 0x81, "plain"u8),
            .. Wire.Frame(sender, 0xC1, DeflateSeeds.SecondHello),
        ]);
        yield return ("compressed-other-reserved-bit", Shared, Wire.Frame(sender, 0xE1, "x"u8));
    }

    private static byte[] Join(Role sender, params (int First, string Payload)[] frames) =>
        [.. frames.SelectMany(frame => Wire.Frame(sender, frame.First, System.Text.Encoding.Latin1.GetBytes(frame.Payload)))];

    private static byte[] Letters(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)('a' + (i % 26)))];
}
