using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

/// <summary>§5.5.2 and §5.5.3.</summary>
public class Section_5_5_2_Ping_and_pong
{
    [Theory]
    [CombinatorialRoles(0, 1, 125)]
    public void A_ping_is_answered_with_its_own_payload(string receiver, int length)
    {
        var role = Wire.RoleOf(receiver);
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var endpoint = new Endpoint(role) { Replies = true };

        endpoint.Receive(0x89, payload);

        Assert.Equal(Wire.Hex(Wire.Frame(role, 0x8A, payload)), endpoint.Written);
    }

    [Theory]
    [CombinatorialRoles(0, 1, 125)]
    public void A_ping_in_pieces_is_answered_once_it_is_whole(string receiver, int length)
    {
        var role = Wire.RoleOf(receiver);
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var endpoint = new Endpoint(role) { Replies = true };
        var frame = Wire.Frame(Wire.Other(role), 0x89, payload);

        endpoint.FeedByteByByte(frame.AsSpan(0, frame.Length - 1));
        Assert.Equal("", endpoint.Written);
        endpoint.Feed(frame.AsSpan(frame.Length - 1));

        Assert.Equal(Wire.Hex(Wire.Frame(role, 0x8A, payload)), endpoint.Written);
    }

    [Fact]
    public void A_ping_may_be_answered_amid_a_message_that_comes()
    {
        var server = new Endpoint(Role.Server) { Replies = true };
        server.Receive(0x01, "He"u8);
        server.Receive(0x89, "now"u8);

        Assert.Equal("8A03" + "6E6F77", server.Written);
    }

    [Fact]
    public void A_pong_that_nobody_asked_for_is_not_answered()
    {
        var server = new Endpoint(Role.Server) { Replies = true };

        Assert.Equal([Happening.Pong("hi"u8)], server.Receive(0x8A, "hi"u8));

        Assert.Equal("", server.Written);
    }

    [Fact]
    public void Data_is_not_answered()
    {
        var server = new Endpoint(Role.Server) { Replies = true };
        server.Receive(0x81, "hi"u8);
        server.Receive(0x82, "hi"u8);

        Assert.Equal("", server.Written);
    }

    [Fact]
    public void A_ping_after_our_close_is_not_answered()
    {
        // §5.5.1: after its close frame an endpoint sends nothing, so a pong is out of the question.
        var server = new Endpoint(Role.Server) { Replies = true };
        server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, "");
        var before = server.Written;

        Assert.Equal([Happening.Ping("hi"u8)], server.Receive(0x89, "hi"u8));

        Assert.Equal(before, server.Written);
    }

    [Fact]
    public void Which_events_want_an_answer()
    {
        foreach (var kind in Enum.GetValues<ProtocolEventKind>())
        {
            var expected = kind is ProtocolEventKind.Ping or ProtocolEventKind.Close or ProtocolEventKind.Failure;
            Assert.Equal(expected, new ProtocolEvent { Kind = kind }.NeedsReply);
        }
    }

    [Fact]
    public void Our_own_ping_and_pong_carry_what_we_say()
    {
        var server = Endpoint.Server();
        server.Connection.WritePing(server.Output, "hi"u8);
        server.Connection.WritePong(server.Output, "ho"u8);

        Assert.Equal("89026869" + "8A02686F", server.Written);
    }
}
