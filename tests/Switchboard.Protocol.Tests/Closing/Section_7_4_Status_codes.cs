using Switchboard.Protocol.Closing;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Closing;

public class Section_7_4_Status_codes
{
    /// <summary>From, to, whether an endpoint may send it: §7.4.1, §7.4.2 and the IANA registry.</summary>
    public static TheoryData<int, int, bool> Ranges => new()
    {
        { 0, 999, false },      // "not used"
        { 1000, 1003, true },
        { 1004, 1004, false },  // reserved
        { 1005, 1006, false },  // reported, never sent
        { 1007, 1011, true },
        { 1012, 1014, true },   // registered since
        { 1015, 1015, false },  // TLS failure: reported, never sent
        { 1016, 2999, false },  // reserved for the protocol's future
        { 3000, 3999, true },   // registered by libraries
        { 4000, 4999, true },   // private
        { 5000, 65535, false },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void A_peer_may_send_these_codes_and_no_others(int from, int to, bool isAllowed)
    {
        for (var code = from; code <= to; code++)
        {
            var endpoint = Endpoint.Client();
            var expected = isAllowed ? Happening.Close((CloseCode)code) : Happening.Failure(ProtocolError.CloseCodeInvalid);
            Assert.Equal([expected], endpoint.Feed([0x88, 2, (byte)(code >> 8), (byte)code]));
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void We_send_these_codes_and_no_others(int from, int to, bool isAllowed)
    {
        foreach (var code in Enumerable.Range(from, to - from + 1).Where(code => code != (int)CloseCode.NoStatusReceived))
        {
            var server = Endpoint.Server();
            if (isAllowed)
            {
                Assert.True(server.Connection.WriteClose(server.Output, (CloseCode)code, ""));
                Assert.Equal($"8802{code:X4}", server.Written);
            }
            else
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => server.Connection.WriteClose(server.Output, (CloseCode)code, ""));
                Assert.Equal("", server.Written);
                Assert.False(server.Connection.IsCloseSent);
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    [InlineData(65536 + 1000)]
    [InlineData(int.MaxValue)]
    public void A_number_that_is_no_code_is_not_cut_to_one(int code)
    {
        var server = Endpoint.Server();

        Assert.Throws<ArgumentOutOfRangeException>(() => server.Connection.WriteClose(server.Output, (CloseCode)code, ""));
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void The_table_and_the_rule_agree(int from, int to, bool isAllowed) =>
        Assert.All(Enumerable.Range(from, to - from + 1), code => Assert.Equal(isAllowed, ClosePayload.MayBeSent((CloseCode)code)));

    [Fact]
    public void An_invalid_code_is_a_protocol_error_even_with_a_bad_reason()
    {
        Assert.Equal(CloseCode.ProtocolError, ProtocolError.CloseCodeInvalid.Code);
        Assert.Equal([Happening.Failure(ProtocolError.CloseCodeInvalid)], Endpoint.Server().Receive(0x88, Wire.Bytes("03EC FF")));
    }

    [Fact]
    public void Every_named_code_that_may_be_sent_is_sent_as_its_number()
    {
        foreach (var code in Enum.GetValues<CloseCode>().Where(ClosePayload.MayBeSent))
        {
            var server = Endpoint.Server();
            server.Connection.WriteClose(server.Output, code, "");
            Assert.Equal([Happening.Close(code)], Endpoint.Client().Feed(server.Output.WrittenSpan));
        }
    }
}
