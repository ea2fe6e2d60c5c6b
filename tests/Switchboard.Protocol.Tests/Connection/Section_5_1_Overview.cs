using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

public class Section_5_1_Overview
{
    [Theory]
    [InlineData("8100")]
    [InlineData("8200")]
    [InlineData("0100")]
    [InlineData("8000")]
    [InlineData("8900")]
    [InlineData("8A00")]
    [InlineData("8800")]
    [InlineData("810548656C6C6F")]
    public void A_server_fails_on_a_frame_that_is_not_masked(string hex) =>
        Assert.Equal([Happening.Failure(ProtocolError.NotMasked)], Endpoint.Server().Feed(hex));

    [Theory]
    [InlineData("8180 00000000")]
    [InlineData("8280 01020304")]
    [InlineData("0180 01020304")]
    [InlineData("8080 01020304")]
    [InlineData("8980 01020304")]
    [InlineData("8A80 01020304")]
    [InlineData("8880 01020304")]
    [InlineData("8185 37FA213D 7F9F4D5158")]
    public void A_client_fails_on_a_frame_that_is_masked(string hex) =>
        Assert.Equal([Happening.Failure(ProtocolError.Masked)], Endpoint.Client().Feed(hex));

    [Fact]
    public void Each_end_fails_with_1002()
    {
        Assert.Equal(CloseCode.ProtocolError, Endpoint.Server().Feed("8100")[0].Code);
        Assert.Equal(CloseCode.ProtocolError, Endpoint.Client().Feed("8180 00000000")[0].Code);
    }

    [Fact]
    public void A_key_of_zeroes_is_a_mask_too() =>
        Assert.Equal([Happening.Text("Hello")], Endpoint.Server().Feed("8185 00000000 48656C6C6F"));
}
