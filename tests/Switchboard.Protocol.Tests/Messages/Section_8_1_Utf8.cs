using System.Buffers;
using System.Text;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Messages;

public class Section_8_1_Utf8
{
    private static readonly byte[] Boundaries =
    [
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
        0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF,
    ];

    /// <summary>The bytes, and the index of the first one that no valid text could have there.</summary>
    public static TheoryData<string, int> InvalidClasses => new()
    {
        { "80", 0 },            // a continuation byte alone
        { "BF", 0 },
        { "4180", 1 },
        { "C3A9A9", 2 },        // one continuation too many
        { "E282ACAC", 3 },
        { "F09F988080", 4 },
        { "C080", 0 },          // overlong: NUL in two bytes
        { "C1BF", 0 },
        { "E08080", 1 },        // overlong in three
        { "E09FBF", 1 },
        { "F0808080", 1 },      // overlong in four
        { "F08FBFBF", 1 },
        { "EDA080", 1 },        // surrogates: U+D800
        { "EDAFBF", 1 },
        { "EDB080", 1 },
        { "EDBFBF", 1 },        // U+DFFF
        { "EDA0BDEDB880", 1 },  // a pair of them, as CESU-8 has it
        { "F4908080", 1 },      // U+110000
        { "F4BFBFBF", 1 },
        { "F5808080", 0 },      // beyond Unicode
        { "F7BFBFBF", 0 },
        { "F888808080", 0 },    // five and six byte forms
        { "FC8480808080", 0 },
        { "FE", 0 },
        { "FF", 0 },
        { "FEFF0041", 0 },      // UTF-16
        { "C341", 1 },          // cut by ASCII
        { "E241", 1 },
        { "E28241", 2 },
        { "F041", 1 },
        { "F09F41", 2 },
        { "F09F9841", 3 },
        { "C3C3A9", 1 },        // cut by the next character
        { "E282E282AC", 2 },
        { "F09F98F09F9880", 3 },
        { "CEBAE1BDB9CF83CEBCCEB5EDA080656469746564", 12 },  // "κόσμε", a surrogate, "edited"
    };

    public static TheoryData<string> CutCharacters => ["C3", "DF", "E2", "E282", "ED9F", "F0", "F09F", "F09F98", "F48F", "F48FBF"];

    [Theory]
    [MemberData(nameof(InvalidClasses))]
    public void Fails_at_the_first_wrong_byte_and_not_later(string hex, int wrong)
    {
        // Behind text of every length that a vectorized check may treat differently.
        foreach (var before in new[] { 0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130 })
        {
            byte[] text = [.. Enumerable.Repeat((byte)'x', before), .. Wire.Bytes(hex)];
            var at = before + wrong;
            var endpoint = Endpoint.Client();
            endpoint.ReceiveHeader(0x81, text.Length + 100);

            Assert.Empty(endpoint.Feed(text.AsSpan(0, at)));
            Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Feed(text.AsSpan(at, 1)));
        }
    }

    [Theory]
    [MemberData(nameof(InvalidClasses))]
    public void Fails_in_one_piece_and_at_every_split(string hex, int wrong)
    {
        Assert.True(wrong >= 0);
        foreach (var role in Enum.GetValues<Role>())
        {
            var frame = Wire.Frame(Wire.Other(role), 0x81, Wire.Bytes(hex));
            for (var cut = 0; cut <= frame.Length; cut++)
            {
                var endpoint = new Endpoint(role);
                endpoint.Feed(frame.AsSpan(0, cut));
                endpoint.Feed(frame.AsSpan(cut));
                Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Happenings);
            }
        }
    }

    [Theory]
    [MemberData(nameof(InvalidClasses))]
    public void Fails_across_fragments_cut_anywhere(string hex, int wrong)
    {
        var text = Wire.Bytes(hex);
        for (var cut = 0; cut <= text.Length; cut++)
        {
            var endpoint = Endpoint.Server();
            var first = endpoint.Receive(0x01, text.AsSpan(0, cut));
            Assert.Equal(cut > wrong, first.Count == 1);
            endpoint.Receive(0x89, "between"u8);
            endpoint.Receive(0x80, text.AsSpan(cut));
            Assert.Equal(Happening.Failure(ProtocolError.TextNotUtf8), endpoint.Happenings[^1]);
        }
    }

    [Theory]
    [MemberData(nameof(CutCharacters))]
    public void A_character_cut_by_the_messages_end_fails(string hex)
    {
        var text = Wire.Bytes(hex);
        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], Endpoint.Client().Receive(0x81, text));
        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], Endpoint.Client().FeedByteByByte(Wire.Frame(Role.Server, 0x81, text)));

        // Cut by a fragment's end only, it is right so far; the message's end makes it wrong.
        var fragmented = Endpoint.Client();
        Assert.Empty(fragmented.Receive(0x01, text));
        Assert.Empty(fragmented.Receive(0x00, []));
        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], fragmented.Receive(0x80, []));
    }

    [Theory]
    [InlineData("κόσμε")]
    [InlineData("x€y😀z")]
    [InlineData("\0\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\U00010000\U0010FFFF")]
    public void Valid_text_may_be_cut_within_any_character(string text)
    {
        var bytes = Wire.Utf8(text);
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var endpoint = Endpoint.Server();
                endpoint.Receive(0x01, bytes.AsSpan(0, first));
                endpoint.Receive(0x00, bytes.AsSpan(first, second - first));
                endpoint.Receive(0x80, bytes.AsSpan(second));
                Assert.Equal([Happening.Text(text)], endpoint.Happenings);
            }
        }
    }

    [Fact]
    public void The_next_message_starts_afresh()
    {
        var client = Endpoint.Client();
        client.Feed("01 01 C3" + "80 01 A9" + "01 01 41" + "80 01 42");

        Assert.Equal([Happening.Text("é"), Happening.Text("AB")], client.Happenings);
    }

    [Fact]
    public void Binary_is_not_checked()
    {
        Assert.Equal([Happening.Binary([0xFF])], Endpoint.Client().Receive(0x82, [0xFF]));

        var fragmented = Endpoint.Client();
        fragmented.Receive(0x02, [0xC3]);
        Assert.Equal([Happening.Binary([0xC3, 0xFF])], fragmented.Receive(0x80, [0xFF]));
    }

    [Fact]
    public void Pings_are_not_checked() => Assert.Equal([Happening.Ping([0xFF])], Endpoint.Client().Receive(0x89, [0xFF]));

    [Fact]
    public void Every_pair_of_bytes_is_judged_as_the_runtime_does()
    {
        for (var first = 0; first < 256; first++)
        {
            for (var second = 0; second < 256; second++)
            {
                Judge([(byte)first, (byte)second]);
            }
        }
    }

    [Fact]
    public void Every_four_bytes_at_the_edges_of_the_ranges_are_judged_as_the_runtime_does()
    {
        foreach (var first in Boundaries)
        {
            foreach (var second in Boundaries)
            {
                foreach (var third in Boundaries)
                {
                    foreach (var fourth in Boundaries)
                    {
                        Judge([first, second, third, fourth]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Every_character_is_valid_at_every_split()
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.TryCreate(value, out var rune))
            {
                continue;
            }

            var character = bytes[..rune.EncodeToUtf8(bytes)];
            for (var cut = 0; cut < character.Length; cut++)
            {
                var validator = new Utf8Validator();
                if (!validator.Append(character[..cut]) || validator.IsComplete != (cut == 0) || !validator.Append(character[cut..]) || !validator.IsComplete)
                {
                    Assert.Fail($"U+{value:X4} cut at {cut}");
                }
            }
        }
    }

    // The runtime's decoder tells where text ends to be right; ours must say the same, in one piece and at every split.
    private static void Judge(ReadOnlySpan<byte> text)
    {
        var (wrong, isComplete) = WrongAt(text);
        for (var cut = 0; cut < text.Length; cut++)
        {
            var validator = new Utf8Validator();
            var first = validator.Append(text[..cut]);
            var second = first && validator.Append(text[cut..]);
            if (first != (wrong < 0 || wrong >= cut) || second != (wrong < 0) || (second && validator.IsComplete != isComplete))
            {
                Assert.Fail($"{Wire.Hex(text)} cut at {cut}");
            }
        }
    }

    private static (int WrongAt, bool IsComplete) WrongAt(ReadOnlySpan<byte> text)
    {
        for (var position = 0; position < text.Length;)
        {
            switch (Rune.DecodeFromUtf8(text[position..], out _, out var consumed))
            {
                case OperationStatus.Done:
                    position += consumed;
                    break;
                case OperationStatus.NeedMoreData:
                    return (-1, false);
                default:
                    // "consumed" is the longest part that might have begun a character; the byte behind it is the wrong one,
                    // unless that part is a single byte which can begin none.
                    var canBegin = Rune.DecodeFromUtf8(text.Slice(position, 1), out _, out _) == OperationStatus.NeedMoreData;
                    return (position + (canBegin ? consumed : 0), false);
            }
        }

        return (-1, true);
    }
}
