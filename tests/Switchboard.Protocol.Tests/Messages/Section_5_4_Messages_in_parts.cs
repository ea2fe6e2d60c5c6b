using System.Security.Cryptography;
using CsCheck;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Messages;

/// <summary>RFC 6455 §5.4: "The primary purpose of fragmentation is to allow sending a message that is of unknown size"; so it is to be read, too.</summary>
public class Section_5_4_Messages_in_parts
{
    [Theory]
    [CombinatorialRoles(0x81, 0x82, 0x01, 0x02)]
    public void What_comes_of_a_frame_is_handed_up_at_once(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role) { HandsUpParts = true };
        var kind = (firstByte & 1) != 0 ? ProtocolEventKind.TextPart : ProtocolEventKind.BinaryPart;

        Assert.Empty(endpoint.ReceiveHeader(firstByte, 1L << 40));
        Assert.Equal([Part(kind, "He"u8)], endpoint.Feed(Sent(role, "He"u8, 0)));
        Assert.Equal([Part(kind, "llo"u8)], endpoint.Feed(Sent(role, "llo"u8, 2)));
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void The_rest_of_a_message_says_that_it_is_the_last(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role) { HandsUpParts = true };

        Assert.Equal([Part(ProtocolEventKind.TextPart, "He"u8)], endpoint.Receive(0x01, "He"u8));
        Assert.Equal([Part(ProtocolEventKind.TextPart, "l"u8)], endpoint.Receive(0x00, "l"u8));
        Assert.Equal([Happening.Text("lo")], endpoint.Receive(0x80, "lo"u8));
        Assert.Equal([Happening.Text("whole")], endpoint.Receive(0x81, "whole"u8));
        Assert.Equal([Part(ProtocolEventKind.BinaryPart, [1])], endpoint.Receive(0x02, [1]));
        Assert.Empty(endpoint.Receive(0x00, []));
        Assert.Equal([Happening.Binary([])], endpoint.Receive(0x80, []));
    }

    [Fact]
    public void Any_conversation_is_the_same_once_its_parts_are_gathered() =>
        Gen.Select(Conversation.Any, Conversation.Pieces).Sample(
            (conversation, pieces) =>
            {
                // It has no limit to break.
                var expected = conversation.Expected.Where(happening => happening != Happening.Failure(ProtocolError.MessageTooBig));
                var whole = new Endpoint(conversation.Receiver) { HandsUpParts = true };
                whole.Feed(conversation.Bytes);
                var byteByByte = new Endpoint(conversation.Receiver) { HandsUpParts = true };
                byteByByte.FeedByteByByte(conversation.Bytes);
                var inPieces = new Endpoint(conversation.Receiver) { HandsUpParts = true };
                foreach (var piece in Conversation.Cut(conversation.Bytes, pieces))
                {
                    inPieces.Feed(piece);
                }

                Assert.All([whole, byteByByte, inPieces], endpoint =>
                {
                    Assert.Equal(expected, endpoint.Gathered);
                    endpoint.Connection.Release();
                    Assert.Equal(0, endpoint.Connection.PinnedBytes);
                });
            },
            iter: 300);

    [Fact]
    public void What_is_compressed_is_inflated_as_it_comes_in_any_split()
    {
        var messages = new[] { Conversation.TextOf(60_000, 1), RandomNumberGenerator.GetBytes(10_000), new byte[200_000], [], [7] };
        foreach (var (role, agreed) in from role in new[] { Role.Server, Role.Client } from agreed in Agreed.All[1..] select (role, agreed))
        {
            var sender = Wire.Other(role);
            List<byte> bytes = [];
            foreach (var message in messages)
            {
                var compressed = Bomb.Compress(message);
                bytes.AddRange(Wire.Frame(sender, 0x42, compressed.AsSpan(0, compressed.Length / 3)));
                bytes.AddRange(Wire.Frame(sender, 0x89, "between"u8));
                bytes.AddRange(Wire.Frame(sender, 0x80, compressed.AsSpan(compressed.Length / 3)));
            }

            var expected = messages.SelectMany(message => new[] { Happening.Ping("between"u8), Happening.Binary(message) });
            foreach (var size in new[] { 7, 1000, 5000, bytes.Count })
            {
                var endpoint = new Endpoint(role, deflate: agreed.For(role)) { HandsUpParts = true };
                foreach (var piece in bytes.Chunk(size))
                {
                    endpoint.Feed(piece);
                }

                Assert.Equal(expected, endpoint.Gathered);
                Assert.All(endpoint.Happenings, happening => Assert.InRange(happening.Payload.Length / 2, 0, 16 * 1024));
            }
        }
    }

    [Theory]
    [CombinatorialRoles(0x42, 0x02)]
    public void A_control_frame_that_is_cut_behind_an_empty_fragment_is_whole(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role, deflate: Agreed.Of(role, Agreed.Shared)) { HandsUpParts = true };
        byte[] ping = Wire.Frame(Wire.Other(role), 0x89, new byte[100]);

        endpoint.Feed([.. Wire.Frame(Wire.Other(role), firstByte, []), .. ping.AsSpan(0, 50)]);
        endpoint.Feed(ping.AsSpan(50));

        Assert.Equal([Happening.Ping(new byte[100])], endpoint.Happenings);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_bomb_goes_off_one_part_at_a_time(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var connection = new ProtocolConnection(role, MessageLimits.Default, Agreed.Of(role, Agreed.Shared)) { HandsUpParts = true };
        var frame = Wire.Frame(Wire.Other(role), 0xC2, Bomb.Compress(new byte[16 << 20]));
        var input = frame.AsSpan();
        var inflated = 0;
        while (connection.TryRead(ref input, out var received))
        {
            Assert.InRange(received.Payload.Length, 0, 16 * 1024);
            Assert.InRange(connection.PinnedBytes, 0, 64 * 1024);
            inflated += received.Payload.Length;

            // What lies between two calls may be moved elsewhere meanwhile.
            input = input.ToArray();
            connection.ReleaseDelivered();
        }

        Assert.Equal(16 << 20, inflated);
        Assert.Equal(0, connection.PinnedBytes);
    }

    [Fact]
    public void Parts_that_wait_for_room_come_without_another_byte()
    {
        var connection = new ProtocolConnection(Role.Client, MessageLimits.Default, Agreed.Of(Role.Client, Agreed.Shared)) { HandsUpParts = true };
        var compressed = Bomb.Compress(new byte[100_000]);
        Assert.InRange(compressed.Length, 1, 1000);
        var input = Wire.Frame(Role.Server, 0xC2, compressed).AsSpan();
        Assert.True(connection.TryRead(ref input, out var received));
        var inflated = received.Payload.Length;
        var inputsLeft = 0;
        while (connection.TryRead(ref input, out received))
        {
            inflated += received.Payload.Length;
            inputsLeft += input.IsEmpty ? 0 : 1;
        }

        Assert.Equal(100_000, inflated);
        Assert.InRange(inputsLeft, 0, 6);
    }

    [Theory]
    [CombinatorialRoles(0, 1, 2, 3)]
    public void A_character_may_be_cut_and_a_wrong_byte_is_known_when_it_comes(string receiver, int cut)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver)) { HandsUpParts = true };
        var face = "😀"u8;

        endpoint.Receive(0x01, face[..cut]);
        Assert.DoesNotContain(endpoint.Happenings, happening => happening.Kind == ProtocolEventKind.Failure);
        endpoint.Receive(0x00, face[cut..]);
        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Receive(0x00, [0xF0, 0x28]));
    }

    [Fact]
    public void A_text_that_ends_within_a_character_fails_at_its_end()
    {
        var endpoint = new Endpoint(Role.Client) { HandsUpParts = true };

        Assert.Equal([Part(ProtocolEventKind.TextPart, [0xE2, 0x82])], endpoint.Receive(0x01, [0xE2, 0x82]));
        Assert.Equal([Happening.Failure(ProtocolError.TextNotUtf8)], endpoint.Receive(0x80, []));
    }

    [Theory]
    [InlineData(0xC2, 1)]
    [InlineData(0x42, 1000)]
    public void What_is_no_deflate_data_or_breaks_off_fails(int firstByte, int size)
    {
        foreach (var (damaged, whole) in new[] { (true, false), (false, true) })
        {
            var compressed = Bomb.Compress(Conversation.TextOf(5000, 0));
            if (damaged)
            {
                compressed = [0xFF, .. compressed];
            }

            var bytes = whole ? compressed[..^3] : compressed;
            var endpoint = new Endpoint(Role.Client, deflate: Agreed.Of(Role.Client, Agreed.Shared)) { HandsUpParts = true };
            foreach (var piece in Wire.Frame(Role.Server, firstByte, bytes).Chunk(size))
            {
                endpoint.Feed(piece);
            }

            endpoint.Receive(0x80, []);
            Assert.Equal(ProtocolEventKind.Failure, endpoint.Happenings[^1].Kind);
            Assert.DoesNotContain(endpoint.Happenings, happening => happening.Kind == ProtocolEventKind.Binary);
        }
    }

    [Fact]
    public void Neither_limit_of_a_message_applies()
    {
        var endpoint = new Endpoint(Role.Server, new MessageLimits(4, 2)) { HandsUpParts = true };

        Assert.Equal([Happening.Binary([1, 2, 3, 4, 5])], endpoint.Receive(0x82, [1, 2, 3, 4, 5]));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal([Part(ProtocolEventKind.BinaryPart, [1, 2, 3])], endpoint.Receive(i == 0 ? 0x02 : 0x00, [1, 2, 3]));
        }

        Assert.Equal([Happening.Binary([9])], endpoint.Receive(0x80, [9]));
    }

    [Fact]
    public void A_message_that_has_begun_before_is_gathered_and_limited()
    {
        var endpoint = new Endpoint(Role.Server, new MessageLimits(4, 3));
        endpoint.Receive(0x02, [1]);
        endpoint.Connection.HandsUpParts = true;

        Assert.Empty(endpoint.Receive(0x00, [2]));
        Assert.Equal([Happening.Binary([1, 2, 3])], endpoint.Receive(0x80, [3]));

        var tooLong = new Endpoint(Role.Server, new MessageLimits(4, 3));
        tooLong.Receive(0x02, [1]);
        tooLong.Connection.HandsUpParts = true;
        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], tooLong.Receive(0x80, [2, 3, 4, 5]));
    }

    [Fact]
    public void The_rules_of_fragmentation_hold()
    {
        var interleaved = new Endpoint(Role.Server) { HandsUpParts = true };
        interleaved.Receive(0x01, "A"u8);
        Assert.Equal([Happening.Failure(ProtocolError.MessageNotFinished)], interleaved.Receive(0x81, "B"u8));

        var withoutStart = new Endpoint(Role.Server) { HandsUpParts = true };
        withoutStart.Receive(0x01, "A"u8);
        withoutStart.Receive(0x80, "B"u8);
        Assert.Equal([Happening.Failure(ProtocolError.ContinuationWithoutStart)], withoutStart.Receive(0x80, "C"u8));

        var closed = new Endpoint(Role.Server) { HandsUpParts = true };
        closed.Receive(0x01, "A"u8);
        Assert.Equal([Happening.Close(CloseCode.NormalClosure)], closed.Receive(0x88, Wire.Bytes("03E8")));
        Assert.Empty(closed.Receive(0x80, "B"u8));
    }

    private static Happening Part(ProtocolEventKind kind, ReadOnlySpan<byte> payload) => new(kind, Wire.Hex(payload), 0, null);

    private static byte[] Sent(Role receiver, ReadOnlySpan<byte> payload, int offset) =>
        receiver == Role.Server ? Wire.Masked(payload, Wire.SampleKey, offset) : payload.ToArray();
}
