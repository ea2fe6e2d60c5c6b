using System.Reflection;
using System.Text;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

public class Section_7_Closing
{
    [Fact]
    public void The_closing_handshake_started_by_us()
    {
        var server = Endpoint.Server();
        Assert.Equal(ConnectionPhase.Open, server.Connection.Phase);

        server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, "");
        Assert.Equal(ConnectionPhase.Closing, server.Connection.Phase);
        Assert.True(server.Connection.IsCloseSent);
        Assert.False(server.Connection.IsCloseReceived);

        server.Receive(0x88, Wire.Bytes("03E8"));
        Assert.Equal(ConnectionPhase.Closed, server.Connection.Phase);
    }

    [Fact]
    public void The_closing_handshake_started_by_the_peer()
    {
        var server = Endpoint.Server();

        server.Receive(0x88, Wire.Bytes("03E8"));
        Assert.Equal(ConnectionPhase.Closing, server.Connection.Phase);
        Assert.True(server.Connection.IsCloseReceived);
        Assert.False(server.Connection.IsCloseSent);

        server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, "");
        Assert.Equal(ConnectionPhase.Closed, server.Connection.Phase);
    }

    [Fact]
    public void Both_ends_may_start_at_once()
    {
        var server = new Endpoint(Role.Server) { Replies = true };
        var client = new Endpoint(Role.Client) { Replies = true };
        server.Connection.WriteClose(server.Output, CloseCode.GoingAway, "");
        client.Connection.WriteClose(client.Output, CloseCode.NormalClosure, "");

        server.Feed(client.Output.WrittenSpan);
        client.Feed(server.Output.WrittenSpan);

        Assert.Equal([Happening.Close(CloseCode.NormalClosure)], server.Happenings);
        Assert.Equal([Happening.Close(CloseCode.GoingAway)], client.Happenings);
        Assert.Equal((ConnectionPhase.Closed, ConnectionPhase.Closed), (server.Connection.Phase, client.Connection.Phase));
        Assert.Equal("880203E9", server.Written);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Failing_says_why_in_a_close_frame(string receiver)
    {
        // §7.1.7: "it SHOULD send a Close frame with an appropriate status code before"
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role) { Replies = true };

        endpoint.Receive(0x83, []);

        byte[] body = [0x03, 0xEA, .. Wire.Utf8(ProtocolError.OpcodeReserved.Reason)];
        Assert.Equal(Wire.Hex(Wire.Frame(role, 0x88, body)), endpoint.Written);
        Assert.Equal(ConnectionPhase.Closed, endpoint.Connection.Phase);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Nothing_is_read_after_a_failure(string receiver)
    {
        // §7.1.7: "An endpoint MUST NOT continue to attempt to process data (including a responding Close frame) from the remote endpoint".
        var role = Wire.RoleOf(receiver);
        var peer = Wire.Other(role);
        var endpoint = new Endpoint(role) { Replies = true };

        endpoint.Feed([.. Wire.Frame(peer, 0x83, []), .. Wire.Frame(peer, 0x81, "A"u8)]);
        var written = endpoint.Written;
        endpoint.Receive(0x88, Wire.Bytes("03E8"));
        endpoint.Receive(0x89, []);

        Assert.Equal([Happening.Failure(ProtocolError.OpcodeReserved)], endpoint.Happenings);
        Assert.Equal(written, endpoint.Written);
    }

    [Fact]
    public void A_failure_after_our_close_writes_no_second_one()
    {
        var server = new Endpoint(Role.Server) { Replies = true };
        server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, "");
        var before = server.Written;

        Assert.Equal([Happening.Failure(ProtocolError.OpcodeReserved)], server.Receive(0x83, []));

        Assert.Equal(before, server.Written);
        Assert.Equal(ConnectionPhase.Closed, server.Connection.Phase);
    }

    [Fact]
    public void Every_rules_sentence_fits_a_close_frame_and_its_code_may_be_sent()
    {
        var errors = typeof(ProtocolError).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(field => field.FieldType == typeof(ProtocolError))
            .Select(field => (ProtocolError)field.GetValue(null)!)
            .ToList();

        Assert.NotEmpty(errors);
        Assert.All(errors, error =>
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(error.Reason), 1, 123);
            Assert.True(Protocol.Closing.ClosePayload.MayBeSent(error.Code));
        });
    }

    [Fact]
    public void The_peers_code_and_reason_are_reported()
    {
        // §7.1.5, §7.1.6
        Assert.Equal([Happening.Close((CloseCode)3001, "why")], Endpoint.Server().Receive(0x88, Wire.Bytes("0BB9 776879")));
        Assert.Equal([Happening.Close(CloseCode.NoStatusReceived)], Endpoint.Server().Receive(0x88, []));
    }

    [Fact]
    public void A_released_connection_reads_nothing()
    {
        var server = Endpoint.Server();
        server.Receive(0x01, "He"u8);

        server.Connection.Release();

        Assert.Empty(server.Receive(0x80, "llo"u8));
        Assert.Equal(0, server.Connection.PinnedBytes);
    }
}
