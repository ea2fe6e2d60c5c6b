using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Messages;

public class Section_5_4_Fragmentation
{
    [Theory]
    [CombinatorialRoles(2, 3, 7, 100)]
    public void A_message_is_the_sum_of_its_fragments(string receiver, int fragments)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver));
        Assert.Empty(endpoint.Receive(0x02, [0]));
        for (var i = 1; i < fragments - 1; i++)
        {
            Assert.Empty(endpoint.Receive(0x00, [(byte)i]));
        }

        var happenings = endpoint.Receive(0x80, [(byte)(fragments - 1)]);

        Assert.Equal([Happening.Binary([.. Enumerable.Range(0, fragments).Select(i => (byte)i)])], happenings);
    }

    [Theory]
    [InlineData("01 00", "00 00", "80 00", "")]
    [InlineData("01 01 41", "00 00", "80 00", "A")]
    [InlineData("01 00", "00 01 41", "80 00", "A")]
    [InlineData("01 00", "00 00", "80 01 41", "A")]
    public void Fragments_may_be_empty(string first, string second, string last, string expected)
    {
        var client = Endpoint.Client();

        Assert.Empty(client.Feed(first));
        Assert.Empty(client.Feed(second));
        Assert.Equal([Happening.Text(expected)], client.Feed(last));
    }

    [Theory]
    [CombinatorialRoles(0x80, 0x00)]
    public void A_continuation_without_a_start_fails(string receiver, int firstByte)
    {
        var first = new Endpoint(Wire.RoleOf(receiver));
        Assert.Equal([Happening.Failure(ProtocolError.ContinuationWithoutStart)], first.Receive(firstByte, [1]));

        var afterMessage = new Endpoint(Wire.RoleOf(receiver));
        afterMessage.Receive(0x81, "A"u8);
        Assert.Equal([Happening.Failure(ProtocolError.ContinuationWithoutStart)], afterMessage.Receive(firstByte, []));

        var afterFragments = new Endpoint(Wire.RoleOf(receiver));
        afterFragments.Receive(0x01, "A"u8);
        afterFragments.Receive(0x80, "B"u8);
        Assert.Equal([Happening.Failure(ProtocolError.ContinuationWithoutStart)], afterFragments.Receive(firstByte, "C"u8));
    }

    [Theory]
    [CombinatorialRoles(0x81, 0x82, 0x01, 0x02)]
    public void A_new_message_before_the_last_is_finished_fails(string receiver, int firstByte)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver));
        endpoint.Receive(0x01, "A"u8);

        Assert.Equal([Happening.Failure(ProtocolError.MessageNotFinished)], endpoint.Receive(firstByte, "B"u8));
    }

    [Theory]
    [CombinatorialRoles(0x81, 0x82)]
    public void An_empty_first_fragment_opens_a_message_too(string receiver, int firstByte)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver));
        endpoint.Receive(0x01, []);

        Assert.Equal([Happening.Failure(ProtocolError.MessageNotFinished)], endpoint.Receive(firstByte, []));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Control_frames_may_come_between_fragments(string receiver)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver));
        endpoint.Receive(0x01, "He"u8);
        endpoint.Receive(0x89, "ping"u8);
        endpoint.Receive(0x00, "l"u8);
        endpoint.Receive(0x8A, "pong"u8);
        endpoint.Receive(0x89, []);
        endpoint.Receive(0x80, "lo"u8);

        Assert.Equal(
            [Happening.Ping("ping"u8), Happening.Pong("pong"u8), Happening.Ping([]), Happening.Text("Hello")],
            endpoint.Happenings);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_control_frame_between_fragments_may_be_cut_anywhere(string receiver)
    {
        var sender = Wire.Other(Wire.RoleOf(receiver));
        byte[] conversation = [.. Wire.Frame(sender, 0x01, "He"u8), .. Wire.Frame(sender, 0x89, new byte[125]), .. Wire.Frame(sender, 0x80, "llo"u8)];
        for (var cut = 0; cut <= conversation.Length; cut++)
        {
            var endpoint = new Endpoint(Wire.RoleOf(receiver));
            endpoint.Feed(conversation.AsSpan(0, cut));
            endpoint.Feed(conversation.AsSpan(cut));
            Assert.Equal([Happening.Ping(new byte[125]), Happening.Text("Hello")], endpoint.Happenings);
        }
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_close_between_fragments_ends_the_message_unheard(string receiver)
    {
        var endpoint = new Endpoint(Wire.RoleOf(receiver));
        endpoint.Receive(0x01, "He"u8);
        endpoint.Receive(0x88, Wire.Bytes("03E8"));
        endpoint.Receive(0x80, "llo"u8);

        Assert.Equal([Happening.Close(CloseCode.NormalClosure)], endpoint.Happenings);
    }

    [Fact]
    public void The_type_is_that_of_the_first_fragment()
    {
        var client = Endpoint.Client();
        client.Feed("02 01 FF" + "80 01 FF" + "01 01 41" + "80 01 42");

        Assert.Equal([Happening.Binary([0xFF, 0xFF]), Happening.Text("AB")], client.Happenings);
    }

    [Theory]
    [InlineData("server", "0101E2" + "890101" + "000182" + "8001AC")]
    [InlineData("client", "0181 37FA213D D5" + "8981 37FA213D 36" + "0081 37FA213D B5" + "8081 37FA213D 9B")]
    public void A_message_is_written_in_fragments_with_control_frames_between(string sender, string expected)
    {
        var endpoint = new Endpoint(Wire.RoleOf(sender));
        var connection = endpoint.Connection;

        Assert.True(connection.WriteFragment(endpoint.Output, Opcode.Text, [0xE2], isFinal: false));
        Assert.True(connection.WritePing(endpoint.Output, [0x01]));
        Assert.True(connection.WriteFragment(endpoint.Output, Opcode.Continuation, [0x82], isFinal: false));
        Assert.True(connection.WriteFragment(endpoint.Output, Opcode.Continuation, [0xAC], isFinal: true));

        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), endpoint.Written);
    }

    [Fact]
    public void Messages_are_not_interleaved_when_written()
    {
        var server = Endpoint.Server();
        server.Connection.WriteFragment(server.Output, Opcode.Text, "He"u8, isFinal: false);
        var before = server.Written;

        Assert.Throws<InvalidOperationException>(() => server.Connection.WriteMessage(server.Output, Opcode.Text, "A"u8));
        Assert.Throws<InvalidOperationException>(() => server.Connection.WriteMessage(server.Output, Opcode.Binary, "A"u8));
        Assert.Throws<InvalidOperationException>(() => server.Connection.WriteFragment(server.Output, Opcode.Text, "A"u8, isFinal: false));

        Assert.Equal(before, server.Written);
    }

    [Fact]
    public void A_prepared_message_is_not_written_into_the_middle_of_another()
    {
        var server = Endpoint.Server();
        server.Connection.WriteFragment(server.Output, Opcode.Text, "He"u8, isFinal: false);
        var before = server.Written;

        Assert.Throws<InvalidOperationException>(() => server.Connection.AdmitsPrepared());
        Assert.Equal(before, server.Written);

        server.Connection.WriteFragment(server.Output, Opcode.Continuation, "llo"u8, isFinal: true);
        Assert.True(server.Connection.AdmitsPrepared());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_continuation_of_nothing_is_not_written(bool isFinal)
    {
        var server = Endpoint.Server();

        Assert.Throws<InvalidOperationException>(() => server.Connection.WriteFragment(server.Output, Opcode.Continuation, "A"u8, isFinal));
        server.Connection.WriteMessage(server.Output, Opcode.Text, "A"u8);
        Assert.Throws<InvalidOperationException>(() => server.Connection.WriteFragment(server.Output, Opcode.Continuation, "A"u8, isFinal));

        Assert.Equal("810141", server.Written);
    }
}
