using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Hostile;

/// <summary>However the bytes come, the same happens: of every prefix of a conversation, and of every cut of it.</summary>
public class Every_prefix_and_every_split
{
    [Theory]
    [CombinatorialRoles(0, 1)]
    public void Of_a_valid_conversation_gives_identical_events(string receiver, int compressed) =>
        Compare(Wire.RoleOf(receiver), compressed == 1, [.. Talk(Wire.Other(Wire.RoleOf(receiver)), compressed == 1), .. Bye(Wire.RoleOf(receiver))]);

    [Theory]
    [CombinatorialRoles(0, 1)]
    public void Of_a_conversation_that_breaks_a_rule_gives_identical_events(string receiver, int compressed)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var breach in Breaches.All)
        {
            var (frames, error) = breach(Wire.Other(role));

            // With compression RSV1 is no breach.
            if (compressed == 0 || error != ProtocolError.ReservedBitSet)
            {
                Compare(role, compressed == 1, [.. Wire.Frame(Wire.Other(role), 0x81, "ab"u8), .. frames, .. Bye(role)]);
            }
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Of_what_cannot_be_inflated_gives_identical_events(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        foreach (var hex in new[] { "FF", "06", "04FF", "F248CDC9C907FF", "0A0B0C0D0E0F" })
        {
            Compare(role, isCompressed: true, [.. Wire.Frame(Wire.Other(role), 0xC2, Wire.Bytes(hex)), .. Bye(role)]);
        }
    }

    private static byte[] Bye(Role receiver) => Wire.Frame(Wire.Other(receiver), 0x88, [0x0F, 0xA1, .. "bye"u8]);

    private static byte[] Talk(Role sender, bool isCompressed)
    {
        var story = Wire.Utf8(string.Concat(Enumerable.Repeat("κόσμε 😀 ", 20)));
        byte[] plain =
        [
            .. Wire.Frame(sender, 0x81, "héllo"u8), .. Wire.Frame(sender, 0x01, [0xE2]), .. Wire.Frame(sender, 0x89, "ping"u8),
            .. Wire.Frame(sender, 0x80, [0x82, 0xAC]), .. Wire.Frame(sender, 0x82, new byte[130]), .. Wire.Frame(sender, 0x8A, []),
            .. Wire.Frame(sender, 0x02, []), .. Wire.Frame(sender, 0x80, []),
        ];
        if (!isCompressed)
        {
            return plain;
        }

        var payload = Bomb.Compress(story);
        return
        [
            .. Wire.Frame(sender, 0xC1, payload), .. plain, .. Wire.Frame(sender, 0x41, payload.AsSpan(0, 10)), .. Wire.Frame(sender, 0x89, [1]),
            .. Wire.Frame(sender, 0x00, payload.AsSpan(10, 3)), .. Wire.Frame(sender, 0x80, payload.AsSpan(13)),
            .. Wire.Frame(sender, 0xC2, Bomb.Compress(new byte[300])),
        ];
    }

    private static void Compare(Role role, bool isCompressed, byte[] bytes)
    {
        for (var length = 0; length <= bytes.Length; length++)
        {
            var prefix = bytes.AsSpan(0, length);
            using var whole = new Feeding(role, isCompressed);
            whole.Endpoint.Feed(prefix);
            using var single = new Feeding(role, isCompressed);
            single.Endpoint.FeedByteByByte(prefix);
            Assert.Equal(whole.Endpoint.Happenings, single.Endpoint.Happenings);
            Assert.Equal(whole.Endpoint.Written, single.Endpoint.Written);

            // The same place is where the whole is cut.
            using var cut = new Feeding(role, isCompressed);
            cut.Endpoint.Feed(prefix);
            cut.Endpoint.Feed(bytes.AsSpan(length));
            using var all = new Feeding(role, isCompressed);
            all.Endpoint.Feed(bytes);
            Assert.Equal(all.Endpoint.Happenings, cut.Endpoint.Happenings);
            Assert.Equal(all.Endpoint.Written, cut.Endpoint.Written);
        }
    }

    private sealed class Feeding(Role role, bool isCompressed) : IDisposable
    {
        internal Endpoint Endpoint { get; } = new(role, deflate: isCompressed ? Agreed.Of(role, Agreed.Shared) : null) { Replies = true };

        public void Dispose() => Endpoint.Connection.Release();
    }
}
