using System.Net;
using Switchboard.Protocol.Proxies;

namespace Switchboard.Protocol.Tests.Proxies;

/// <summary>RFC 7239, its older relatives, and whom to believe.</summary>
public sealed class Rfc_7239_Forwarded
{
    private static readonly TrustedProxies Ours = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")]);

    // Shown as for|proto|host, and a slash between two.
    [Theory]
    [InlineData("for=192.0.2.43", "192.0.2.43:0||")]
    [InlineData("For=192.0.2.43", "192.0.2.43:0||")]
    [InlineData("for=\"192.0.2.43:47011\"", "192.0.2.43:47011||")]
    [InlineData("for=\"[2001:db8:cafe::17]:4711\"", "[2001:db8:cafe::17]:4711||")]
    [InlineData("for=\"[2001:db8:cafe::17]\"", "[2001:db8:cafe::17]:0||")]
    [InlineData("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60:0|http|")]
    [InlineData("for=192.0.2.43, for=198.51.100.17", "192.0.2.43:0||/198.51.100.17:0||")]
    [InlineData("for=192.0.2.43,for=198.51.100.17;proto=HTTPS;host=Site.example", "192.0.2.43:0||/198.51.100.17:0|https|Site.example")]
    [InlineData("for=\"_gazonk\"", "||")]
    [InlineData("for=unknown;host=\"a\\\"b,c;d\"", "||a\"b,c;d")]
    [InlineData("for=\"192.0.2.43:_port\"", "192.0.2.43:0||")]
    [InlineData("for=\"192.0.2.43:99999\"", "192.0.2.43:0||")]
    [InlineData("secret=x;for=192.0.2.43;", "192.0.2.43:0||")]
    [InlineData(";;for=192.0.2.43 ; proto=https", "192.0.2.43:0|https|")]
    [InlineData(", for=192.0.2.43, ,", "192.0.2.43:0||")]
    [InlineData("", "")]
    [InlineData("for=192.0.2.043", "||")]
    [InlineData("for=2130706433", "||")]
    [InlineData("for=\"[fe80::1%eth0]\"", "||")]
    [InlineData("for=\"[::1]x\"", "||")]
    [InlineData("for=\"[::1\"", "||")]
    [InlineData("for=\"\"", "||")]
    public void Section_4_the_header_is_a_list_of_hops(string value, string expected) => Assert.Equal(expected, Show(ForwardedReader.Parse(value)!));

    [Theory]
    [InlineData("for")]
    [InlineData("for=")]
    [InlineData("=192.0.2.43")]
    [InlineData("for=192.0.2.43;for=192.0.2.44")]
    [InlineData("for=192.0.2.43:80")]
    [InlineData("for=[::1]")]
    [InlineData("for=\"192.0.2.43")]
    [InlineData("for=\"192.0.2.43\\")]
    [InlineData("for=\"192.0.2.43\"x")]
    [InlineData("for = 192.0.2.43")]
    [InlineData("for=192.0.2.43 for=192.0.2.44")]
    [InlineData("for=192.0.2.43, bad")]
    public void What_is_not_of_that_form_tells_nothing(string value) => Assert.Null(ForwardedReader.Parse(value));

    [Theory]
    [InlineData(null, null, null, "")]
    [InlineData("192.0.2.43", null, null, "192.0.2.43:0||")]
    [InlineData("192.0.2.43, 10.0.0.1", "https", "site.example", "192.0.2.43:0||/10.0.0.1:0|https|site.example")]
    [InlineData("192.0.2.43,10.0.0.1", "https, HTTP", null, "192.0.2.43:0|https|/10.0.0.1:0|http|")]
    [InlineData("2001:db8::1, [2001:db8::2]:80, 192.0.2.1:81", null, null, "[2001:db8::1]:0||/[2001:db8::2]:80||/192.0.2.1:81||")]
    [InlineData("unknown, ", null, null, "||/||")]
    [InlineData(null, "https", null, "|https|")]
    public void The_older_headers_are_lists_that_belong_together_at_their_ends(string? addresses, string? protos, string? hosts, string expected) =>
        Assert.Equal(expected, Show(ForwardedReader.Parse(addresses, protos, hosts)));

    [Theory]
    [InlineData("192.0.2.1", "for=1.1.1.1;proto=https", "192.0.2.1:5||")] // not ours: nothing is believed
    [InlineData("10.0.0.1", "for=192.0.2.1;proto=https;host=site.example", "192.0.2.1:0|https|site.example")]
    [InlineData("::ffff:10.0.0.1", "for=192.0.2.1", "192.0.2.1:0||")]
    [InlineData("fd00::1", "for=\"[2001:db8::1]:80\"", "[2001:db8::1]:80||")]
    [InlineData("10.0.0.1", "for=1.1.1.1;proto=http, for=192.0.2.1;proto=https", "192.0.2.1:0|https|")] // the client wrote the first
    [InlineData("10.0.0.1", "for=192.0.2.1;proto=https, for=10.0.0.2", "192.0.2.1:0|https|")]
    [InlineData("10.0.0.1", "for=192.0.2.1, for=10.0.0.2;proto=https", "192.0.2.1:0|https|")]
    [InlineData("10.0.0.1", "for=1.1.1.1, for=unknown;proto=https", "10.0.0.1:5|https|")] // ours does not know it
    [InlineData("10.0.0.1", "for=10.0.0.3, for=10.0.0.2", "10.0.0.3:0||")] // all are ours
    [InlineData("10.0.0.1", "", "10.0.0.1:5||")]
    public void The_client_is_the_last_whom_nobody_of_ours_speaks_for(string peer, string value, string expected) =>
        Assert.Equal(expected, Show([Ours.ClientOf(new IPEndPoint(IPAddress.Parse(peer), 5), ForwardedReader.Parse(value)!)]));

    [Fact]
    public void A_scheme_alone_is_believed_too() =>
        Assert.Equal("10.0.0.1:5|https|", Show([Ours.ClientOf(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 5), ForwardedReader.Parse(null, "https", null))]));

    private static string Show(IEnumerable<ForwardedHop> hops) => string.Join('/', hops.Select(hop => $"{hop.For}|{hop.Proto}|{hop.Host}"));
}
