using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Messages;

public class Section_5_6_Data_frames
{
    [Theory]
    [CombinatorialRoles(0, 1, 125, 126, 127, 1023, 1024, 1025, 65535, 65536, 65537, 1_048_576)]
    public void Binary_is_handed_up_as_it_is(string receiver, int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);

        Assert.Equal([Happening.Binary(payload)], new Endpoint(Wire.RoleOf(receiver)).Receive(0x82, payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Hello")]
    [InlineData("κόσμε")]
    [InlineData("𝄞 and 😀")]
    [InlineData("\0\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFE\uFFFF\U00010000\U0010FFFF")]
    public void Text_is_handed_up_as_it_is(string text)
    {
        Assert.Equal([Happening.Text(text)], Endpoint.Server().Receive(0x81, Wire.Utf8(text)));
        Assert.Equal([Happening.Text(text)], Endpoint.Client().Receive(0x81, Wire.Utf8(text)));
    }

    [Fact]
    public void A_whole_frame_is_handed_up_where_it_lies()
    {
        var bytes = Wire.Frame(Protocol.Connection.Role.Client, 0x82, "Hello"u8);
        var input = bytes.AsSpan();
        var server = Endpoint.Server();

        Assert.True(server.Connection.TryRead(ref input, out var received));

        Assert.True(received.Payload.Overlaps(bytes, out var offset));
        Assert.Equal(6, -offset);
        Assert.Equal(0, server.Connection.PinnedBytes);
    }

    [Fact]
    public void Many_messages_in_one_piece_come_one_by_one()
    {
        var client = Endpoint.Client();

        client.Feed("810141" + "810142" + "8900" + "820143" + "8101");
        client.Feed("44");

        Assert.Equal([Happening.Text("A"), Happening.Text("B"), Happening.Ping([]), Happening.Binary("C"u8), Happening.Text("D")], client.Happenings);
    }
}
