using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Extensions;

public class Rfc_7692_7_1_Negotiation
{
    private const string Deflate = "permessage-deflate";

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")] // every browser
    [InlineData("permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits=8", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=8")]
    public void Without_windows_of_its_own_a_server_takes_context_from_nobody(string offers, string answer) =>
        Assert.Equal(answer, Accept(Agreed.Settings(), offers));

    [Theory]
    [InlineData("", "")]
    [InlineData("; server_no_context_takeover", "; server_no_context_takeover")]
    [InlineData("; client_no_context_takeover", "; client_no_context_takeover")]
    [InlineData("; client_no_context_takeover; server_no_context_takeover", "; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("; server_max_window_bits=9", "; server_max_window_bits=9")]
    [InlineData("; server_max_window_bits=15", "; server_max_window_bits=15")]
    [InlineData("; server_max_window_bits=\"12\"", "; server_max_window_bits=12")]
    [InlineData("; client_max_window_bits", "")]
    [InlineData("; client_max_window_bits=9", "; client_max_window_bits=9")]
    [InlineData("; client_max_window_bits=15", "")]
    public void With_windows_of_its_own_a_server_agrees_to_each_parameter(string parameters, string answer) =>
        Assert.Equal(Deflate + answer, Accept(Agreed.Settings(keepsContext: true), Deflate + parameters));

    [Theory]
    [InlineData("", "; server_max_window_bits=11")]                             // §7.1.2.1: also if it was not offered
    [InlineData("; server_max_window_bits=10", "; server_max_window_bits=10")]
    [InlineData("; server_max_window_bits=13", "; server_max_window_bits=11")]
    [InlineData("; client_max_window_bits", "; server_max_window_bits=11; client_max_window_bits=12")]
    [InlineData("; client_max_window_bits=10", "; server_max_window_bits=11; client_max_window_bits=10")]
    [InlineData("; client_max_window_bits=13", "; server_max_window_bits=11; client_max_window_bits=12")]
    public void A_server_answers_with_its_own_windows_where_they_are_smaller(string parameters, string answer) =>
        Assert.Equal(Deflate + answer, Accept(Agreed.Settings(keepsContext: true, own: 11, peer: 12), Deflate + parameters));

    public static TheoryData<string> BadParameters =>
    [
        .. from name in new[] { "server_max_window_bits", "client_max_window_bits" }
           from value in new[] { "=7", "=16", "=0", "=08", "=8.5", "=-9", "=+9", "=100000000000", "=a", "=\"07\"", "=9; " + name + "=9", "=9; " + name + "=10" }
           select name + value,
        "server_max_window_bits",
        "server_no_context_takeover=1", "client_no_context_takeover=true",
        "server_no_context_takeover; server_no_context_takeover", "client_no_context_takeover; client_no_context_takeover",
        "unknown", "unknown=1", "constructor", "__proto__", "Server_No_Context_Takeover", "server_max_window_bits=9; unknown",
    ];

    [Theory]
    [MemberData(nameof(BadParameters))]
    public void An_offer_with_anything_wrong_in_it_is_declined(string parameters) =>
        Assert.Null(Accept(Agreed.Settings(), $"{Deflate}; {parameters}"));

    [Theory]
    [MemberData(nameof(BadParameters))]
    public void The_first_offer_that_is_right_is_taken(string parameters) =>
        Assert.Equal(
            $"{Deflate}; server_max_window_bits=10",
            Accept(Agreed.Settings(keepsContext: true), $"foo, {Deflate}; {parameters}, {Deflate}; server_max_window_bits=10, {Deflate}"));

    [Fact]
    public void A_window_of_8_is_declined_for_what_the_server_sends() =>
        Assert.Equal(Deflate, Accept(Agreed.Settings(keepsContext: true), $"{Deflate}; server_max_window_bits=8, {Deflate}"));

    [Theory]
    [InlineData("foo; bar=2")]
    [InlineData("Permessage-Deflate")]
    [InlineData("x-webkit-deflate-frame")]
    public void Another_extension_is_not_agreed_to(string offers) => Assert.Null(Accept(Agreed.Settings(), offers));

    [Fact]
    public void Connections_that_agree_on_the_same_without_windows_share_one_agreement()
    {
        var acceptor = new DeflateAcceptor(Agreed.Settings());

        Assert.Same(acceptor.Accept(ExtensionHeader.Parse(Deflate)!), acceptor.Accept(ExtensionHeader.Parse($"{Deflate}; client_max_window_bits")!));
    }

    [Fact]
    public void Where_the_budget_for_windows_is_spent_there_is_no_context_takeover()
    {
        var settings = Agreed.Settings(keepsContext: true, budget: Deflater.PinnedBytes(15) + Inflater.PinnedBytes);
        var acceptor = new DeflateAcceptor(settings);
        var offers = ExtensionHeader.Parse(Deflate)!;

        using (var first = acceptor.Accept(offers)!)
        {
            Assert.Equal(Deflate, first.Header);
            Assert.Equal(settings.Budget.Limit, settings.Budget.Used);
            Assert.Equal(Agreed.Shared, acceptor.Accept(offers)!.Header);
        }

        Assert.Equal(0, settings.Budget.Used);
        using var third = acceptor.Accept(offers)!;
        Assert.Equal(Deflate, third.Header);
    }

    [Theory]
    [InlineData(false, 15, 15, "; server_no_context_takeover; client_no_context_takeover; client_max_window_bits")]
    [InlineData(true, 15, 15, "; client_max_window_bits")]
    [InlineData(true, 9, 15, "; client_max_window_bits=9")]
    [InlineData(true, 15, 10, "; server_max_window_bits=10; client_max_window_bits")]
    public void A_client_offers_what_it_wants(bool keepsContext, int own, int peer, string parameters)
    {
        using var offer = new DeflateOffer(Agreed.Settings(keepsContext, own, peer));

        Assert.Equal(Deflate + parameters, offer.Header);
    }

    [Theory]
    [InlineData("")]
    [InlineData("; server_no_context_takeover")]
    [InlineData("; client_no_context_takeover")]
    [InlineData("; server_max_window_bits=8")]
    [InlineData("; server_max_window_bits=15")]
    [InlineData("; client_max_window_bits=8")]
    [InlineData("; server_no_context_takeover; client_max_window_bits=15")]
    public void A_client_takes_an_answer_to_its_offer(string parameters)
    {
        using var offer = new DeflateOffer(Agreed.Settings(keepsContext: true));

        Assert.Null(offer.Judge(ExtensionHeader.Parse(Deflate + parameters)!, out var agreed));
        Assert.Equal(Deflate + parameters, agreed!.Header);
        agreed.Dispose();
    }

    [Theory]
    [MemberData(nameof(BadParameters))]
    [InlineData("client_max_window_bits")] // an answer says how many
    public void A_client_fails_over_an_answer_with_anything_wrong_in_it(string parameters) => ExpectProblem(Agreed.Settings(keepsContext: true), $"{Deflate}; {parameters}");

    [Theory]
    [InlineData("foo")]
    [InlineData(Deflate + ", " + Deflate)]
    [InlineData(Deflate + ", foo")]
    public void A_client_fails_over_an_answer_to_what_was_not_offered(string answer) => ExpectProblem(Agreed.Settings(keepsContext: true), answer);

    [Fact]
    public void A_client_fails_if_the_server_keeps_a_context_that_it_was_asked_not_to_keep() => ExpectProblem(Agreed.Settings(), Deflate);

    [Theory]
    [InlineData("")]
    [InlineData("; server_max_window_bits=11")]
    public void A_client_fails_if_the_servers_window_is_larger_than_it_asked_for(string parameters) =>
        ExpectProblem(Agreed.Settings(keepsContext: true, peer: 10), Deflate + parameters);

    [Fact]
    public void A_server_may_want_no_compression()
    {
        using var offer = new DeflateOffer(Agreed.Settings());

        Assert.Null(offer.Judge([], out var agreed));
        Assert.Null(agreed);
    }

    [Fact]
    public void A_client_whose_window_must_be_8_sends_its_messages_as_they_are()
    {
        using var offer = new DeflateOffer(Agreed.Settings(keepsContext: true));
        Assert.Null(offer.Judge(ExtensionHeader.Parse($"{Deflate}; client_max_window_bits=8")!, out var agreed));

        Assert.False(agreed!.Wants(1_000_000));
        agreed.Dispose();
    }

    [Theory]
    [InlineData("; server_no_context_takeover; client_no_context_takeover", 0)]
    [InlineData("; client_no_context_takeover", 1)]
    [InlineData("", 2)]
    public void A_client_keeps_of_its_budget_what_was_agreed_on(string parameters, int windows)
    {
        var settings = Agreed.Settings(keepsContext: true);
        using var offer = new DeflateOffer(settings);
        Assert.Equal(Inflater.PinnedBytes + Deflater.PinnedBytes(15), settings.Budget.Used);

        offer.Judge(ExtensionHeader.Parse(Deflate + parameters)!, out var agreed);
        offer.Dispose();
        Assert.Equal(windows switch { 0 => 0, 1 => Inflater.PinnedBytes, _ => Inflater.PinnedBytes + Deflater.PinnedBytes(15) }, settings.Budget.Used);
        agreed!.Dispose();
        Assert.Equal(0, settings.Budget.Used);
    }

    [Fact]
    public void A_client_without_budget_offers_to_keep_no_context()
    {
        using var offer = new DeflateOffer(Agreed.Settings(keepsContext: true, budget: 1000));

        Assert.Contains("server_no_context_takeover; client_no_context_takeover", offer.Header, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_client_offers_the_server_takes_and_its_answer_the_client(bool keepsContext)
    {
        using var offer = new DeflateOffer(Agreed.Settings(keepsContext));
        using var server = new DeflateAcceptor(Agreed.Settings(keepsContext)).Accept(ExtensionHeader.Parse(offer.Header)!)!;

        Assert.Null(offer.Judge(ExtensionHeader.Parse(server.Header)!, out var client));
        Assert.Equal(keepsContext, server.KeepsOutbound);
        Assert.Equal(keepsContext, client!.KeepsOutbound);
        client.Dispose();
    }

    private static string? Accept(DeflateSettings settings, string offers)
    {
        using var agreed = new DeflateAcceptor(settings).Accept(ExtensionHeader.Parse(offers)!);
        return agreed?.Header;
    }

    private static void ExpectProblem(DeflateSettings settings, string answer)
    {
        using var offer = new DeflateOffer(settings);
        Assert.NotNull(offer.Judge(ExtensionHeader.Parse(answer)!, out var agreed));
        Assert.Null(agreed);
    }
}
