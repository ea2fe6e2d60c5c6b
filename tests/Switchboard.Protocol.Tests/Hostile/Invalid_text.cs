using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Tests.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>Every class of invalid UTF-8, cut everywhere: known at the first byte that no valid text has, and 1007.</summary>
public class Invalid_text
{
    public static TheoryData<string, int> InvalidClasses => Section_8_1_Utf8.InvalidClasses;

    public static TheoryData<string> CutCharacters => Section_8_1_Utf8.CutCharacters;

    [Theory]
    [MemberData(nameof(InvalidClasses))]
    public void Rfc_6455_8_1_fails_at_every_split_as_soon_as_it_is_known(string hex, int wrong)
    {
        var text = Wire.Bytes(hex);
        foreach (var role in Roles)
        {
            for (var split = 0; split <= text.Length; split++)
            {
                // The frame goes on for long, and is not waited for.
                var endpoint = new Endpoint(role);
                var frame = Wire.Frame(Wire.Other(role), 0x81, [.. text, .. new byte[1000]])[..^1000];
                var edge = frame.Length - text.Length + split;
                endpoint.Feed(frame.AsSpan(0, edge));
                Assert.Equal(split > wrong, endpoint.Happenings.Count == 1);
                endpoint.Feed(frame.AsSpan(edge));
                Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Happenings);
            }
        }
    }

    [Theory]
    [MemberData(nameof(InvalidClasses))]
    public void Rfc_6455_8_1_fails_across_fragments_as_soon_as_it_is_known(string hex, int wrong)
    {
        var text = Wire.Bytes(hex);
        foreach (var role in Roles)
        {
            // A byte a fragment, with an empty one and a ping between, and never the last of them.
            var endpoint = new Endpoint(role);
            for (var i = 0; i < text.Length; i++)
            {
                Assert.Equal(i > wrong, endpoint.Connection.IsCloseReceived);
                endpoint.Receive(i == 0 ? 0x01 : 0x00, text.AsSpan(i, 1));
                if (i < wrong)
                {
                    endpoint.Receive(0x00, []);
                    endpoint.Receive(0x89, []);
                }
            }

            Assert.Equal(Happening.Failure(ProtocolError.TextNotUtf8), endpoint.Happenings[^1]);
            Assert.Equal(wrong + 1, endpoint.Happenings.Count);
        }
    }

    [Theory]
    [MemberData(nameof(InvalidClasses))]
    public void Rfc_6455_8_1_fails_in_compressed_messages_whole_byte_by_byte_and_in_fragments(string hex, int wrong)
    {
        Assert.True(wrong >= 0);
        foreach (var role in Roles)
        {
            var payload = Bomb.Compress([.. "an honest beginning, "u8, .. Wire.Bytes(hex), .. " and an honest end"u8]);
            ExpectFailure(role, endpoint => endpoint.Receive(0xC1, payload));
            ExpectFailure(role, endpoint => endpoint.FeedByteByByte(Wire.Frame(Wire.Other(role), 0xC1, payload)));
            for (var cut = 0; cut <= payload.Length; cut++)
            {
                ExpectFailure(role, endpoint =>
                {
                    endpoint.Receive(0x41, payload.AsSpan(0, cut));
                    endpoint.Receive(0x80, payload.AsSpan(cut));
                });
            }
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Rfc_6455_8_1_a_compressed_message_fails_before_it_is_all_there(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var payload = Bomb.Compress([0xFF, .. new byte[1000]]);
        ExpectFailure(role, endpoint => endpoint.Feed(Wire.Frame(Wire.Other(role), 0x41, payload)));
        ExpectFailure(role, endpoint => endpoint.Feed(Wire.Frame(Wire.Other(role), 0xC1, [.. payload, .. new byte[1000]]).AsSpan()[..^1000]));
    }

    [Theory]
    [MemberData(nameof(CutCharacters))]
    public void Rfc_6455_8_1_a_character_cut_by_the_messages_end_fails_plain_and_compressed(string hex)
    {
        var text = Wire.Bytes(hex);
        foreach (var role in Roles)
        {
            ExpectFailure(role, endpoint => endpoint.Receive(0x81, text));
            ExpectFailure(role, endpoint => endpoint.Receive(0xC1, Bomb.Compress(text)));
            ExpectFailure(role, endpoint =>
            {
                endpoint.Receive(0x01, text);
                Assert.Empty(endpoint.Happenings);
                endpoint.Receive(0x80, []);
            });
        }
    }

    private static Role[] Roles => [Role.Server, Role.Client];

    private static void ExpectFailure(Role role, Action<Endpoint> attack)
    {
        using var deflate = Agreed.Of(role, Agreed.Shared);
        var endpoint = new Endpoint(role, deflate: deflate);
        attack(endpoint);
        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Happenings);
        Assert.Equal(CloseCode.InvalidPayload, endpoint.Happenings[0].Code);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }
}
