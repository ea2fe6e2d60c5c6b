using System.Text;
using Switchboard.Protocol.Closing;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

public class Section_5_5_1_Close
{
    [Theory]
    [InlineData("", CloseCode.NoStatusReceived, "")]
    [InlineData("03E8", CloseCode.NormalClosure, "")]
    [InlineData("03E9 627965", CloseCode.GoingAway, "bye")]
    [InlineData("0FA1 E282AC", (CloseCode)4001, "€")]
    [InlineData("03E8 EFBBBF41", CloseCode.NormalClosure, "\uFEFFA")]
    public void A_close_body_is_a_code_and_a_reason(string body, CloseCode code, string reason)
    {
        Assert.Equal([Happening.Close(code, reason)], Endpoint.Server().Receive(0x88, Wire.Bytes(body)));
        Assert.Equal([Happening.Close(code, reason)], Endpoint.Client().Receive(0x88, Wire.Bytes(body)));
    }

    [Fact]
    public void A_reason_may_have_123_bytes()
    {
        var reason = new string('x', 123);

        Assert.Equal([Happening.Close(CloseCode.NormalClosure, reason)], Endpoint.Server().Receive(0x88, [0x03, 0xE8, .. Wire.Utf8(reason)]));
    }

    [Theory]
    [CombinatorialRoles(0x00, 0x03, 0xFF)]
    public void A_body_of_one_byte_fails(string receiver, int value) =>
        Assert.Equal([Happening.Failure(ProtocolError.CloseBodyTooShort)], new Endpoint(Wire.RoleOf(receiver)).Receive(0x88, [(byte)value]));

    [Theory]
    [InlineData("80")]
    [InlineData("C0AF")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("FF")]
    [InlineData("6279E2")]   // cut within a character
    [InlineData("6279E282")]
    [InlineData("F09F98")]
    public void A_reason_that_is_not_UTF8_fails_with_1007(string reason)
    {
        byte[] body = [0x03, 0xE8, .. Wire.Bytes(reason)];

        Assert.Equal([Happening.Failure(ProtocolError.CloseReasonNotUtf8)], Endpoint.Server().Receive(0x88, body));
        Assert.Equal([Happening.Failure(ProtocolError.CloseReasonNotUtf8)], Endpoint.Client().Receive(0x88, body));
        Assert.Equal(CloseCode.InvalidPayload, ProtocolError.CloseReasonNotUtf8.Code);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void A_close_in_pieces_is_a_close(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var endpoint = new Endpoint(role) { Replies = true };

        endpoint.FeedByteByByte(Wire.Frame(Wire.Other(role), 0x88, Wire.Bytes("03E9 627965")));

        Assert.Equal([Happening.Close(CloseCode.GoingAway, "bye")], endpoint.Happenings);
        Assert.Equal(Wire.Hex(Wire.Frame(role, 0x88, Wire.Bytes("03E9"))), endpoint.Written);
        Assert.Equal(0, endpoint.Connection.PinnedBytes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("03E8", "03E8")]
    [InlineData("03E9 627965", "03E9")]
    [InlineData("1387", "1387")]
    public void A_close_is_answered_with_its_code(string body, string answer)
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var endpoint = new Endpoint(role) { Replies = true };
            endpoint.Receive(0x88, Wire.Bytes(body));
            Assert.Equal(Wire.Hex(Wire.Frame(role, 0x88, Wire.Bytes(answer))), endpoint.Written);
        }
    }

    [Fact]
    public void An_answer_to_our_close_is_not_answered()
    {
        var client = new Endpoint(Role.Client) { Replies = true };
        Assert.True(client.Connection.WriteClose(client.Output, CloseCode.NormalClosure, "done"));
        var before = client.Written;

        Assert.Equal([Happening.Close(CloseCode.NormalClosure)], client.Feed("880203E8"));

        Assert.Equal(before, client.Written);
    }

    [Fact]
    public void A_close_is_written_once()
    {
        var server = Endpoint.Server();

        Assert.True(server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, "first"));
        Assert.False(server.Connection.WriteClose(server.Output, CloseCode.GoingAway, "second"));

        Assert.Equal("880703E86669727374", server.Written);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Nothing_is_written_after_a_close(string sender)
    {
        var endpoint = new Endpoint(Wire.RoleOf(sender));
        var connection = endpoint.Connection;
        connection.WriteFragment(endpoint.Output, Opcode.Text, "He"u8, isFinal: false);
        connection.WriteClose(endpoint.Output, CloseCode.NormalClosure, "");
        var before = endpoint.Written;

        Assert.False(connection.WriteMessage(endpoint.Output, Opcode.Text, "A"u8));
        Assert.False(connection.WriteFragment(endpoint.Output, Opcode.Continuation, "llo"u8, isFinal: true));
        Assert.False(connection.AdmitsPrepared());
        Assert.False(connection.WritePing(endpoint.Output, "A"u8));
        Assert.False(connection.WritePong(endpoint.Output, "A"u8));
        Assert.False(connection.WriteReply(endpoint.Output, new ProtocolEvent { Kind = ProtocolEventKind.Ping }));
        Assert.False(connection.WriteReply(endpoint.Output, new ProtocolEvent { Kind = ProtocolEventKind.Close, Code = CloseCode.NormalClosure }));
        Assert.False(connection.WriteReply(endpoint.Output, new ProtocolEvent { Kind = ProtocolEventKind.Failure, Code = CloseCode.ProtocolError }));

        Assert.Equal(before, endpoint.Written);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Whatever_follows_a_close_is_dropped(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var peer = Wire.Other(role);
        var endpoint = new Endpoint(role) { Replies = true };

        // In the same piece, and in pieces that come later: a message, a second close, and garbage.
        endpoint.Feed([.. Wire.Frame(peer, 0x88, Wire.Bytes("03E8")), .. Wire.Frame(peer, 0x81, "A"u8)]);
        endpoint.Receive(0x88, Wire.Bytes("03E9"));
        endpoint.Receive(0x89, "ping"u8);
        endpoint.Feed("FFFFFFFFFFFFFFFFFFFF");

        Assert.Equal([Happening.Close(CloseCode.NormalClosure)], endpoint.Happenings);
        Assert.Equal(Wire.Hex(Wire.Frame(role, 0x88, Wire.Bytes("03E8"))), endpoint.Written);
    }

    [Fact]
    public void We_may_go_on_until_we_answer()
    {
        // "an endpoint MAY delay sending a Close frame until its current message is sent"
        var server = Endpoint.Server();
        server.Connection.WriteFragment(server.Output, Opcode.Text, "He"u8, isFinal: false);
        server.Receive(0x88, Wire.Bytes("03E8"));

        Assert.True(server.Connection.WriteFragment(server.Output, Opcode.Continuation, "llo"u8, isFinal: true));
        Assert.True(server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, ""));

        Assert.Equal("01024865" + "80036C6C6F" + "880203E8", server.Written);
    }

    [Fact]
    public void We_still_listen_after_our_own_close()
    {
        var server = Endpoint.Server();
        server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, "");

        Assert.Equal([Happening.Text("last words")], server.Receive(0x81, "last words"u8));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("x", 123)]     // fits to the byte
    [InlineData("x", 124)]
    [InlineData("é", 61)]      // 122 bytes
    [InlineData("é", 62)]      // 124 bytes: the last does not fit
    [InlineData("€", 41)]      // 123 bytes
    [InlineData("€", 42)]
    [InlineData("😀", 30)]     // 120 bytes
    [InlineData("😀", 31)]
    [InlineData("x€", 100)]
    [InlineData("xx😀", 100)]
    [InlineData("é😀", 100)]
    public void A_reason_is_cut_at_a_characters_edge(string unit, int times)
    {
        var reason = string.Concat(Enumerable.Repeat(unit, times));
        Span<byte> body = new byte[125];

        var length = ClosePayload.Write(body, CloseCode.NormalClosure, reason);

        var written = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body[2..length]);
        Assert.StartsWith(written, reason, StringComparison.Ordinal);
        var next = written.Length == reason.Length ? 0 : Rune.GetRuneAt(reason, written.Length).Utf8SequenceLength;
        Assert.True(written.Length == reason.Length || length + next > 125, "More would have fitted.");
        Assert.Null(ClosePayload.TryRead(body[..length], out _, out _));
    }

    [Theory]
    [InlineData("D83D", "EFBFBD")]              // a high surrogate alone; UTF-16, since an attribute cannot hold it as text
    [InlineData("DE00", "EFBFBD")]              // a low one
    [InlineData("0061 D83D 0062", "61EFBFBD62")]
    [InlineData("DE00 D83D", "EFBFBDEFBFBD")]   // the two in the wrong order
    [InlineData("D83D D83D DE00", "EFBFBDF09F9880")]
    public void A_lone_surrogate_becomes_the_replacement_character(string utf16, string expected)
    {
        var reason = string.Concat(utf16.Split(' ').Select(unit => (char)Convert.ToInt32(unit, 16)));
        var server = Endpoint.Server();

        server.Connection.WriteClose(server.Output, CloseCode.NormalClosure, reason);

        Assert.Equal($"88{(expected.Length / 2) + 2:X2}03E8{expected}", server.Written);
    }

    [Theory]
    [InlineData(120)]
    [InlineData(121)]
    [InlineData(122)]
    [InlineData(123)]
    public void A_lone_surrogate_at_the_cut_leaves_valid_UTF8(int before)
    {
        Span<byte> body = new byte[125];
        foreach (var surrogate in new[] { "\uD83D", "\uDE00" })
        {
            var length = ClosePayload.Write(body, CloseCode.NormalClosure, new string('x', before) + surrogate);

            Assert.Equal(before == 120 ? 125 : 2 + before, length);
            Assert.Null(ClosePayload.TryRead(body[..length], out _, out _));
        }
    }

    [Fact]
    public void No_code_means_no_body()
    {
        var server = Endpoint.Server();

        server.Connection.WriteClose(server.Output, CloseCode.NoStatusReceived, "never said");

        Assert.Equal("8800", server.Written);
    }

    [Fact]
    public void A_client_masks_its_close()
    {
        var client = Endpoint.Client();

        client.Connection.WriteClose(client.Output, CloseCode.NormalClosure, "bye");

        Assert.Equal(Wire.Hex(Wire.Frame(Role.Client, 0x88, Wire.Bytes("03E8 627965"))), client.Written);
    }
}
