using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Messages;

/// <summary>§10.4: what a peer can make us hold.</summary>
public class Section_10_4_Limits
{
    private static readonly MessageLimits Small = new(MaxMessageBytes: 100, MaxFragments: 10);
    private static readonly MessageLimits Unlimited = new(int.MaxValue, int.MaxValue);

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_message_may_have_the_limits_size(string receiver)
    {
        Assert.Equal([Happening.Binary(new byte[100])], new Endpoint(Wire.RoleOf(receiver), Small).Receive(0x82, new byte[100]));

        var fragmented = new Endpoint(Wire.RoleOf(receiver), Small);
        fragmented.Receive(0x02, new byte[60]);
        Assert.Equal([Happening.Binary(new byte[100])], fragmented.Receive(0x80, new byte[40]));
    }

    [Theory]
    [CombinatorialRoles(0x81, 0x82, 0x01, 0x02)]
    public void One_byte_more_is_refused_by_the_header(string receiver, int firstByte)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver), Small);

        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.ReceiveHeader(firstByte, 101));

        Assert.Equal(CloseCode.MessageTooBig, ProtocolError.MessageTooBig.Code);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Theory]
    [CombinatorialRoles(0x80, 0x00)]
    public void The_limit_holds_for_the_sum_of_the_fragments(string receiver, int firstByte)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver), Small);
        endpoint.Receive(0x02, new byte[60]);
        endpoint.Receive(0x89, new byte[125]);

        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], endpoint.ReceiveHeader(firstByte, 41));
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void The_next_message_has_the_whole_limit_again(string receiver)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver), Small);
        for (var i = 0; i < 5; i++)
        {
            endpoint.Receive(0x02, new byte[60]);
            Assert.Equal([Happening.Binary(new byte[100])], endpoint.Receive(0x80, new byte[40]));
            Assert.Equal([Happening.Binary(new byte[100])], endpoint.FeedByteByByte(Wire.Frame(Wire.Other(Wire.RoleOf(receiver)), 0x82, new byte[100])));
        }
    }

    [Theory]
    [InlineData("7FFFFFFFFFFFFFFF")]
    [InlineData("7FFFFFFFFFFFFFFE")]
    [InlineData("4000000000000000")]
    [InlineData("0000000100000000")]  // 2^32: nothing is left of it in 32 bits
    [InlineData("0000000100000001")]
    [InlineData("0000000080000000")]  // 2^31: negative in 32 bits
    [InlineData("00000000FFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFFFF")]
    public void A_huge_length_is_refused_at_once_and_holds_nothing(string length)
    {
        foreach (var limits in new[] { Small, MessageLimits.Default, Unlimited })
        {
            var server = Endpoint.Server(limits);
            Assert.Equal(ProtocolEventKind.Failure, Assert.Single(server.Feed($"82FF{length}00000000")).Kind);
            Assert.Equal(0, server.Connection.PinnedBytes);
            var client = Endpoint.Client(limits);
            Assert.Equal(ProtocolEventKind.Failure, Assert.Single(client.FeedByteByByte(Wire.Bytes($"827F{length}"))).Kind);
            Assert.Equal(0, client.Connection.PinnedBytes);
        }
    }

    [Theory]
    [InlineData("7FFFFFFFFFFFFFFF")]
    [InlineData("000000007FFFFFFF")]
    [InlineData("0000000080000000")]
    [InlineData("00000000FFFFFFFF")]
    [InlineData("0000000100000000")]
    public void A_huge_length_behind_fragments_does_not_overflow(string length)
    {
        // CVE-2020-27813, CVE-2026-1528: the sum with what is there already must not wrap round.
        var client = Endpoint.Client(Unlimited);
        client.Receive(0x02, [1]);
        client.Receive(0x89, []);

        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], client.Feed($"807F{length}"));
        Assert.Equal(0, client.Connection.PinnedBytes);
    }

    [Theory]
    [CombinatorialRoles(1_000_000, 16 * 1024 * 1024, int.MaxValue)]
    public void An_announced_length_holds_no_memory_before_bytes_come(string receiver, int length)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver), Unlimited);

        Assert.Empty(endpoint.ReceiveHeader(0x82, length));
        Assert.Equal(0, endpoint.Connection.PinnedBytes);

        Assert.Empty(endpoint.Feed([1]));
        Assert.InRange(endpoint.Connection.PinnedBytes, 1, 1024);
        endpoint.Connection.Release();
    }

    [Fact]
    public void What_is_held_keeps_to_eight_times_what_came()
    {
        var client = Endpoint.Client(Unlimited);
        client.ReceiveHeader(0x82, int.MaxValue);
        var came = 0;
        foreach (var piece in Enumerable.Range(0, 60).Select(i => 1 + (i * 997 % 5000)))
        {
            client.Feed(new byte[piece]);
            came += piece;
            Assert.InRange(client.Connection.PinnedBytes, came, Math.Max(1024, 8 * came));
        }

        client.Connection.Release();
        Assert.Equal(0, client.Connection.PinnedBytes);
    }

    [Theory]
    [CombinatorialRoles(1000, 1024, 1025, 100_000, 1_048_576)]
    public void The_buffer_does_not_outgrow_an_announced_message(string receiver, int length)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role);
        var frame = Wire.Frame(Wire.Other(role), 0x82, new byte[length]);

        for (var start = 0; start < frame.Length - 1; start += 700)
        {
            endpoint.Feed(frame.AsSpan(start, Math.Min(700, frame.Length - 1 - start)));

            // The pool's buffers are powers of two.
            Assert.InRange(endpoint.Connection.PinnedBytes, 0, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
        }

        Assert.Equal([Happening.Binary(new byte[length])], endpoint.Feed(frame.AsSpan(frame.Length - 1)));
    }

    [Theory]
    [CombinatorialRoles(0, 1)]
    public void A_flood_of_tiny_fragments_ends_at_the_limit(string receiver, int size)
    {
        // CVE-2026-48779: 131,072 fragments of one byte, or of none, and never FIN.
        var endpoint = new Endpoint(Wire.RoleOf(receiver));
        endpoint.Receive(0x02, new byte[size]);
        var taken = 1;
        while (taken < 131_072 && endpoint.Receive(0x00, new byte[size]).Count == 0)
        {
            taken++;
            Assert.InRange(endpoint.Connection.PinnedBytes, 0, Math.Max(1024, 8 * taken));
        }

        Assert.Equal(MessageLimits.Default.MaxFragments, taken);
        Assert.Equal([Happening.Failure(ProtocolError.TooManyFragments)], endpoint.Happenings);
        Assert.Equal(CloseCode.PolicyViolation, ProtocolError.TooManyFragments.Code);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Fact]
    public void A_message_may_have_the_limits_number_of_fragments()
    {
        var client = Endpoint.Client(Small);
        client.Receive(0x02, [1]);
        for (var i = 0; i < 8; i++)
        {
            Assert.Empty(client.Receive(0x00, []));
            client.Receive(0x89, []);
        }

        Assert.Equal([Happening.Binary([1])], client.Receive(0x80, []));
    }

    [Fact]
    public void The_fragment_over_the_limit_is_refused_even_if_it_is_the_last()
    {
        var client = Endpoint.Client(Small);
        client.Receive(0x02, []);
        for (var i = 0; i < 9; i++)
        {
            Assert.Empty(client.Receive(0x00, []));
        }

        Assert.Equal([Happening.Failure(ProtocolError.TooManyFragments)], client.Receive(0x80, []));
    }

    [Fact]
    public void The_next_message_has_all_its_fragments_again()
    {
        var client = Endpoint.Client(Small);
        for (var message = 0; message < 5; message++)
        {
            client.Receive(0x02, [1]);
            for (var i = 0; i < 8; i++)
            {
                client.Receive(0x00, []);
            }

            Assert.Equal([Happening.Binary([1])], client.Receive(0x80, []));
        }
    }

    [Fact]
    public void A_limit_of_zero_takes_empty_messages_only()
    {
        Assert.Equal([Happening.Text("")], Endpoint.Client(new MessageLimits(0, 1)).Receive(0x81, []));
        Assert.Equal([Happening.Failure(ProtocolError.MessageTooBig)], Endpoint.Client(new MessageLimits(0, 1)).ReceiveHeader(0x81, 1));
    }

    [Fact]
    public void Control_frames_do_not_count()
    {
        var client = Endpoint.Client(new MessageLimits(1, 2));
        client.Receive(0x02, [1]);

        Assert.Equal([Happening.Ping(new byte[125])], client.Receive(0x89, new byte[125]));
        Assert.Equal([Happening.Binary([1])], client.Receive(0x80, []));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Nothing_is_held_after_a_message_was_seen(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role);

        // In one piece, in fragments, byte by byte, and a ping byte by byte.
        endpoint.Receive(0x82, new byte[5000]);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
        endpoint.Receive(0x02, new byte[5000]);
        Assert.NotEqual(0, endpoint.Connection.PinnedBytes);
        endpoint.Receive(0x80, new byte[5000]);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
        endpoint.FeedByteByByte(Wire.Frame(Wire.Other(role), 0x82, new byte[500]));
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
        endpoint.FeedByteByByte(Wire.Frame(Wire.Other(role), 0x89, new byte[100]));
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Theory]
    [CombinatorialRoles(0x88, 0x83)]
    public void Nothing_is_held_after_the_end(string receiver, int firstByte)
    {
        // A close, or a breach, amid a message.
        var endpoint = new Endpoint(Wire.RoleOf(receiver));
        endpoint.Receive(0x02, new byte[5000]);

        endpoint.Receive(firstByte, []);

        Assert.Single(endpoint.Happenings);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Fact]
    public void A_message_outlives_a_ping_that_was_cut()
    {
        var server = Endpoint.Server();
        server.Receive(0x02, [1, 2]);
        server.FeedByteByByte(Wire.Frame(Role.Client, 0x89, [9]));
        server.FeedByteByByte(Wire.Frame(Role.Client, 0x8A, []));

        Assert.Equal([Happening.Binary([1, 2, 3])], server.Receive(0x80, [3]));
        Assert.Equal([Happening.Ping([9]), Happening.Pong([]), Happening.Binary([1, 2, 3])], server.Happenings);
    }
}
