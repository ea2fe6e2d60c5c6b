using System.Diagnostics.CodeAnalysis;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Frames;
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

    [Fact]
    public void An_unknown_extension_is_passed_over()
    {
        var agreement = Negotiate("unknown; a=1, constructor, bits", new FakeExtension("bits", ReservedBits.Rsv1));

        Assert.Equal(new ExtensionAgreement("bits", ReservedBits.Rsv1), agreement);
    }

    [Fact]
    public void With_nothing_supported_nothing_is_agreed() =>
        Assert.Equal(default, Negotiate("foo, bar; baz=2"));

    [Fact]
    public void With_nothing_offered_nothing_is_agreed() =>
        Assert.Equal(default, ExtensionAgreement.Negotiate([], [new FakeExtension("bits", ReservedBits.Rsv1)]));

    [Fact]
    public void Of_several_offers_of_one_extension_the_first_that_it_accepts_is_taken()
    {
        var agreement = Negotiate("bits; strange, bits; level=2, bits; level=1", new FakeExtension("bits", ReservedBits.Rsv1));

        Assert.Equal(new ExtensionAgreement("bits; level=2", ReservedBits.Rsv1), agreement);
    }

    [Fact]
    public void An_extension_may_decline_every_offer() =>
        Assert.Equal(default, Negotiate("bits; strange, bits; level=1; level=2, bits; level", new FakeExtension("bits", ReservedBits.Rsv1)));

    [Fact]
    public void Extensions_are_agreed_in_the_clients_order()
    {
        var agreement = Negotiate("b, a; level=3", new FakeExtension("a", ReservedBits.Rsv1), new FakeExtension("b", ReservedBits.Rsv2));

        Assert.Equal(new ExtensionAgreement("b, a; level=3", ReservedBits.Rsv1 | ReservedBits.Rsv2), agreement);
    }

    [Fact]
    public void A_bit_that_is_taken_is_not_given_twice()
    {
        var second = new FakeExtension("b", ReservedBits.Rsv1 | ReservedBits.Rsv3);

        var agreement = Negotiate("a, b, c", new FakeExtension("a", ReservedBits.Rsv1), second, new FakeExtension("c", ReservedBits.Rsv2));

        Assert.Equal(new ExtensionAgreement("a, c", ReservedBits.Rsv1 | ReservedBits.Rsv2), agreement);
        Assert.Equal(0, second.Asked);
    }

    [Fact]
    public void Names_are_compared_by_case() =>
        Assert.Equal(default, Negotiate("BITS", new FakeExtension("bits", ReservedBits.Rsv1)));

    [Fact]
    public void The_agreed_bits_are_those_that_the_connection_lets_through()
    {
        var agreement = Negotiate("bits", new FakeExtension("bits", ReservedBits.Rsv2));
        var server = Endpoint.Server(claimed: agreement.Claims);

        Assert.Equal([Happening.Binary([1])], server.Receive(0x82 | 0x20, [1]));
        Assert.Equal([Happening.Binary([1])], server.Receive(0x82, [1]));
        Assert.Equal(CloseCode.ProtocolError, server.Receive(0x82 | 0x40, [1])[0].Code);
    }

    private static ExtensionAgreement Negotiate(string header, params IExtension[] supported) =>
        ExtensionAgreement.Negotiate(ExtensionHeader.Parse(header)!, supported);

    [return: NotNullIfNotNull(nameof(offers))]
    private static string? Print(IReadOnlyList<ExtensionOffer>? offers) => offers is null ? null : string.Join('|', offers.Select(offer =>
        string.Join(' ', [offer.Name, .. offer.Parameters.Select(parameter => parameter.Value is null ? parameter.Key : $"{parameter.Key}={parameter.Value}")])));

    /// <summary>Knows one parameter, level, with a value, once; declines an offer with any other.</summary>
    private sealed class FakeExtension(string name, ReservedBits claims) : IExtension
    {
        public string Name => name;

        public ReservedBits Claims => claims;

        internal int Asked { get; private set; }

        public bool TryAccept(ExtensionOffer offer, out string response)
        {
            Asked++;
            var isKnown = offer.Parameters.Count == 0 || offer.Parameters is [{ Key: "level", Value: not null }];
            response = offer.Parameters is [{ } level] ? $"{name}; level={level.Value}" : name;
            return isKnown;
        }
    }
}
