using System.Diagnostics.CodeAnalysis;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Extensions;

public class Section_9_1_Extensions
{
    [Theory]
    [InlineData("foo", "foo")]
    [InlineData("foo, bar", "foo|bar")]
    [InlineData("foo,bar", "foo|bar")]
    [InlineData("  foo\t,\tbar  ", "foo|bar")]
    [InlineData("foo; bar; baz=2", "foo bar baz=2")]
    [InlineData("foo;bar;baz=2", "foo bar baz=2")]
    [InlineData("foo ; bar ; baz = 2", "foo bar baz=2")]
    [InlineData("foo; baz=\"2\"", "foo baz=2")]
    [InlineData("foo; baz=\"a\\bc\"", "foo baz=abc")]              // a quoted pair
    [InlineData("foo; baz=\"abc\" ; d, e", "foo baz=abc d|e")]
    [InlineData("foo; a=1; a=2; a", "foo a=1 a=2 a")]              // duplicates are the extension's to judge
    [InlineData("foo, foo", "foo|foo")]
    [InlineData("constructor", "constructor")]                     // names that are members of every JavaScript object
    [InlineData("__proto__; constructor=__proto__; toString", "__proto__ constructor=__proto__ toString")]
    [InlineData("permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate", "permessage-deflate client_max_window_bits server_max_window_bits=10|permessage-deflate")]
    public void Are_a_list_of_tokens_with_parameters(string header, string expected) => Assert.Equal(expected, Print(ExtensionHeader.Parse(header)));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("foo,")]
    [InlineData(",foo")]
    [InlineData("foo,,bar")]
    [InlineData("foo bar")]
    [InlineData("foo;")]
    [InlineData("foo; ;bar")]
    [InlineData(";foo")]
    [InlineData("foo; =2")]
    [InlineData("foo; baz=")]
    [InlineData("foo; baz= ,bar")]
    [InlineData("foo; baz==2")]
    [InlineData("foo=2")]
    [InlineData("foo; baz=\"")]
    [InlineData("foo; baz=\"2")]
    [InlineData("foo; baz=\"2\\")]
    [InlineData("foo; baz=\"2\\\"")]
    [InlineData("foo; baz=\"\"")]            // "MUST conform to the 'token' ABNF" once unquoted
    [InlineData("foo; baz=\"a b\"")]
    [InlineData("foo; baz=\"a,b\"")]
    [InlineData("foo; baz=\"a\\\"b\"")]
    [InlineData("foo; baz=\"2\"3")]
    [InlineData("foo; baz=2\"3\"")]
    [InlineData("\"foo\"")]
    [InlineData("foo; \"baz\"=2")]
    [InlineData("caf\u00E9")]
    [InlineData("foo; a=\u00E9")]
    [InlineData("foo; a=\"\u00E9\"")]
    [InlineData("foo/bar")]
    public void A_header_outside_the_grammar_is_answered_400(string header)
    {
        Assert.Null(ExtensionHeader.Parse(header));
        Assert.Equal(400, Heads.Judge(Heads.Request.And("Sec-WebSocket-Extensions: " + header))!.Status);
    }

    [Fact]
    public void No_header_offers_nothing() => Assert.Empty(ExtensionHeader.Parse(null)!);

    [Fact]
    public void A_long_header_costs_its_length()
    {
        // The cursor only moves forward: what each part leaves behind is counted in bytes for the parts, not for the rest.
        var once = Allocated(string.Join(", ", Enumerable.Repeat("foo; a=\"b\"; c", 1_000)));
        var tenTimes = Allocated(string.Join(", ", Enumerable.Repeat("foo; a=\"b\"; c", 10_000)));

        Assert.InRange(tenTimes, once, 11 * once);

        static long Allocated(string header)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.NotNull(ExtensionHeader.Parse(header));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [return: NotNullIfNotNull(nameof(offers))]
    private static string? Print(IReadOnlyList<ExtensionOffer>? offers) => offers is null ? null : string.Join('|', offers.Select(offer =>
        string.Join(' ', [offer.Name, .. offer.Parameters.Select(parameter => parameter.Value is null ? parameter.Key : $"{parameter.Key}={parameter.Value}")])));
}
