using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

public class Section_5_5_Control_frames
{
    [Theory]
    [CombinatorialRoles(0x08, 0x09, 0x0A)]
    public void Are_never_fragmented(string receiver, int firstByte)
    {
        Assert.Equal([Happening.Failure(ProtocolError.ControlFrameFragmented)], new Endpoint(Wire.RoleOf(receiver)).Receive(firstByte, []));

        var inMessage = new Endpoint(Wire.RoleOf(receiver));
        inMessage.Receive(0x01, "A"u8);
        Assert.Equal([Happening.Failure(ProtocolError.ControlFrameFragmented)], inMessage.Receive(firstByte, [1, 2]));
    }

    [Theory]
    [CombinatorialRoles(126, 127, 65535, 65536, int.MaxValue)]
    public void Have_at_most_125_bytes(string receiver, int length)
    {
        foreach (var firstByte in new[] { 0x88, 0x89, 0x8A })
        {
            // The header alone is enough: not a byte of the payload is waited for.
            var endpoint = new Endpoint(Wire.RoleOf(receiver));
            Assert.Equal([Happening.Failure(ProtocolError.ControlFrameTooLong)], endpoint.ReceiveHeader(firstByte, length));
            Assert.Equal(0, endpoint.Connection.PinnedBytes);
        }
    }

    [Theory]
    [CombinatorialRoles(0, 1, 124, 125)]
    public void May_have_up_to_125_bytes(string receiver, int length)
    {
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var endpoint = new Endpoint(Wire.RoleOf(receiver));

        Assert.Equal([Happening.Ping(payload)], endpoint.Receive(0x89, payload));
        Assert.Equal([Happening.Pong(payload)], endpoint.Receive(0x8A, payload));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void Over_125_bytes_are_not_written(string sender)
    {
        var endpoint = new Endpoint(Wire.RoleOf(sender));

        Assert.Throws<ArgumentOutOfRangeException>(() => endpoint.Connection.WritePing(endpoint.Output, new byte[126]));
        Assert.Throws<ArgumentOutOfRangeException>(() => endpoint.Connection.WritePong(endpoint.Output, new byte[126]));
        Assert.Equal("", endpoint.Written);

        Assert.True(endpoint.Connection.WritePing(endpoint.Output, new byte[125]));
    }

    [Fact]
    public void Are_one_frame_even_beside_a_fragmented_message()
    {
        var server = Endpoint.Server();
        server.Connection.WriteFragment(server.Output, Opcode.Binary, [1], isFinal: false);
        server.Connection.WritePong(server.Output, [2]);
        server.Connection.WriteClose(server.Output, CloseCode.GoingAway, "");

        Assert.Equal("020101" + "8A0102" + "880203E9", server.Written);
    }
}
