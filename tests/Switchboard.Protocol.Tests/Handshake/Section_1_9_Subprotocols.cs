using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Handshake;

/// <summary>§1.9, §4.1 item 10, §4.2.2 item 5, §11.3.4.</summary>
public class Section_1_9_Subprotocols
{
    [Theory]
    [InlineData("chat", "chat")]
    [InlineData("chat, superchat", "chat superchat")]
    [InlineData("chat,superchat", "chat superchat")]
    [InlineData("\tchat\t,  superchat ", "chat superchat")]
    [InlineData("v1.chat!#$%&'*+-.^_`|~", "v1.chat!#$%&'*+-.^_`|~")]
    [InlineData("chat, Chat", "chat Chat")]  // compared by case
    public void Are_a_list_of_tokens(string header, string expected) =>
        Assert.Equal(expected.Split(' '), SubprotocolChoice.ParseOffers(header));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("chat,")]
    [InlineData(",chat")]
    [InlineData("chat,,superchat")]
    [InlineData("chat superchat")]
    [InlineData("chat;q=1")]
    [InlineData("\"chat\"")]
    [InlineData("a/b")]
    [InlineData("a(b")]
    [InlineData("caf\u00E9")]
    [InlineData("\u00E2\u0082\u00AC")]
    [InlineData("chat, chat")]               // "MUST all be unique strings"
    public void Anything_else_is_answered_400(string header)
    {
        Assert.Null(SubprotocolChoice.ParseOffers(header));
        Assert.Equal(400, Heads.Judge(Heads.Request.With("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: " + header))!.Status);
    }

    [Fact]
    public void Every_byte_beyond_ASCII_and_every_separator_is_refused()
    {
        const string Separators = "()<>@,;:\\\"/[]?={} \t";
        foreach (var c in Enumerable.Range(0, 256).Select(b => (char)b))
        {
            var expected = c > ' ' && c < '\u007F' && !Separators.Contains(c, StringComparison.Ordinal);
            Assert.Equal(expected, SubprotocolChoice.ParseOffers($"a{c}b") is { Count: 1 });
        }
    }

    [Fact]
    public void Thirty_two_thousand_spaces_cost_no_more_than_their_number()
    {
        // CVE-2021-32640: an expression that went back over the blanks. Here ten thousand such headers take no time at all.
        var header = "a" + new string(' ', 32_000) + "b";
        Assert.Null(SubprotocolChoice.ParseOffers(header));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            SubprotocolChoice.ParseOffers(header);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10_000, 0, 100);
        Assert.Equal(["a", "b"], SubprotocolChoice.ParseOffers("a" + new string(' ', 32_000) + "," + new string('\t', 32_000) + "b"));
    }

    [Fact]
    public void In_a_request_such_a_line_is_over_the_limit() =>
        Assert.Equal(431, Heads.Judge(Heads.Request.With("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: a" + new string(' ', 32_000) + "b"))!.Status);

    [Theory]
    [InlineData("chat|superchat", "superchat|chat", "chat")]  // the client's order counts
    [InlineData("chat|superchat", "superchat", "superchat")]
    [InlineData("chat|superchat", "other", null)]
    [InlineData("chat|superchat", "CHAT", null)]
    [InlineData("", "chat", null)]
    public void The_clients_first_that_the_server_supports_is_chosen(string offers, string supported, string? expected) =>
        Assert.Equal(expected, SubprotocolChoice.Choose(offers.Split('|', StringSplitOptions.RemoveEmptyEntries), supported.Split('|')));
}
