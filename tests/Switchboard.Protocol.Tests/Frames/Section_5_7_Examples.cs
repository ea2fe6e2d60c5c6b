using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Frames;

/// <summary>The RFC's own bytes.</summary>
public class Section_5_7_Examples
{
    [Fact]
    public void A_single_frame_unmasked_text_message() =>
        Assert.Equal([Happening.Text("Hello")], Endpoint.Client().Feed("81 05 48 65 6c 6c 6f"));

    [Fact]
    public void A_single_frame_masked_text_message() =>
        Assert.Equal([Happening.Text("Hello")], Endpoint.Server().Feed("81 85 37 fa 21 3d 7f 9f 4d 51 58"));

    [Fact]
    public void A_fragmented_unmasked_text_message()
    {
        var client = Endpoint.Client();

        Assert.Empty(client.Feed("01 03 48 65 6c"));
        Assert.Equal([Happening.Text("Hello")], client.Feed("80 02 6c 6f"));
    }

    [Fact]
    public void An_unmasked_ping_request_and_masked_ping_response()
    {
        var client = new Endpoint(Role.Client) { Replies = true };

        Assert.Equal([Happening.Ping("Hello"u8)], client.Feed("89 05 48 65 6c 6c 6f"));
        Assert.Equal("8A8537FA213D7F9F4D5158", client.Written);
    }

    [Fact]
    public void Binary_messages_of_256_bytes_and_64_KiB()
    {
        Assert.Equal([Happening.Binary(new byte[256])], Endpoint.Client().Feed([.. Wire.Bytes("82 7E 0100"), .. new byte[256]]));
        Assert.Equal([Happening.Binary(new byte[65536])], Endpoint.Client().Feed([.. Wire.Bytes("82 7F 0000000000010000"), .. new byte[65536]]));
    }

    [Fact]
    public void Are_written_to_the_byte()
    {
        var client = Endpoint.Client();
        client.Connection.WriteMessage(client.Output, Opcode.Text, "Hello"u8);
        Assert.Equal("818537FA213D7F9F4D5158", client.Written);

        var server = Endpoint.Server();
        server.Connection.WriteMessage(server.Output, Opcode.Text, "Hello"u8);
        server.Connection.WriteFragment(server.Output, Opcode.Text, "Hel"u8, isFinal: false);
        server.Connection.WriteFragment(server.Output, Opcode.Continuation, "lo"u8, isFinal: true);
        Assert.Equal("810548656C6C6F" + "010348656C" + "80026C6F", server.Written);
    }
}
