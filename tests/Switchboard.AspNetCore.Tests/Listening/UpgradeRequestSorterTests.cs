using System.Text;
using Switchboard.AspNetCore.Listening;
using Switchboard.Transports.Linux;

namespace Switchboard.AspNetCore.Tests.Listening;

public sealed class UpgradeRequestSorterTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET /a?b HTTP/1.1\r\nupgrade:WebSocket\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nUPGRADE: h2c ,\t WEBSOCKET , x\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", "\x81\x00\r\n\r\n")]
    public void A_request_that_asks_for_a_web_socket_is_ours_up_to_its_last_line(string head, string behind = "")
    {
        Assert.Equal(SortVerdict.Ours, Sort(head + behind, out var headLength));
        Assert.Equal(head.Length, headLength);

        for (var i = 1; i < head.Length; i++)
        {
            Assert.Equal(SortVerdict.NeedsMore, Sort(head[..i], out _));
        }
    }

    [Theory]
    [InlineData("P")]
    [InlineData("GEX")]
    [InlineData("GET\t")]
    [InlineData("get ")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\x16\x03\x01")]
    [InlineData("\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nUpgrade: websockets\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nUpgraded: websocket\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nX: a\r\n\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET /Upgrade: websocket HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n")]
    public void All_else_is_theirs_as_soon_as_that_is_plain(string bytes) => Assert.Equal(SortVerdict.Theirs, Sort(bytes, out _));

    [Theory]
    [InlineData(16 * 1024, SortVerdict.Ours)]
    [InlineData((16 * 1024) + 1, SortVerdict.Theirs)]
    public void A_head_of_ours_has_at_most_16_KiB(int length, SortVerdict verdict)
    {
        const string Start = "GET / HTTP/1.1\r\nUpgrade: websocket\r\nX: ";
        var head = Start + new string('x', length - Start.Length - 4) + "\r\n\r\n";

        Assert.Equal(verdict, Sort(head, out _));
        Assert.Equal(SortVerdict.NeedsMore, Sort(head[..((16 * 1024) - 1)], out _));
    }

    private static SortVerdict Sort(string bytes, out int headLength) => UpgradeRequestSorter.Sort(Encoding.Latin1.GetBytes(bytes), out headLength);
}
