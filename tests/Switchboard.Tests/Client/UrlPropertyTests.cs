using CsCheck;
using Switchboard.Client;
using Switchboard.Client.Urls;

namespace Switchboard.Tests.Client;

/// <summary>What holds for every text, whoever wrote it.</summary>
public sealed class UrlPropertyTests
{
    private static readonly Gen<string> Anything = Gen.String[Gen.Char, 0, 40];

    // Pieces that parsers stumble over, in any order.
    private static readonly Gen<string> UrlLike = Gen.OneOf(
        "ws:", "wss:", "http:", "https:", "/", "//", "\\", "?", "#", "@", ":", ".", "..", "%2e", "%", "%41", "%zz", "%00", "[", "]", "::", "::1", "1", "256", "0x7f",
        "08", "4294967296", ":80", ":443", ":65536", "a", "B", "é", "ß", "💩", "\uD800", "\uDC00", "。", "xn--", "xn--n3h", "localhost", "\t", "\n", " ", "\0", "\u00AD", "|",
        "^", "'", "\"", "<", "{", "\u202E", "\u0300", "\uFFFE").Array[0, 14].Select(string.Concat);

    private static readonly Gen<string> Texts = Gen.OneOf(Anything, Anything.Select(text => "ws://" + text), UrlLike, UrlLike.Select(text => "ws://" + text));

    [Fact]
    public void A_text_is_a_url_or_a_SyntaxError_and_nothing_else() =>
        Texts.Sample(text => _ = TryParse(text), iter: 20_000);

    [Fact]
    public void A_serialized_url_is_parsed_into_itself() =>
        Texts.Sample(
            text =>
            {
                if (TryParse(text) is { } url)
                {
                    var again = new ServerUrl(url.Href);
                    Assert.Equal(url.Href, again.Href);
                    Assert.Equal((url.Host, url.Target, url.EndPoint), (again.Host, again.Target, again.EndPoint));
                }
            },
            iter: 20_000);

    [Fact]
    public void What_goes_into_the_request_is_visible_ASCII() =>
        Texts.Sample(
            text =>
            {
                if (TryParse(text) is { } url)
                {
                    Assert.DoesNotContain(url.Target + url.Host, one => one is < '!' or > '~');
                    Assert.StartsWith("/", url.Target, StringComparison.Ordinal);
                    _ = (url.HttpUri, url.Username, url.Password, url.IsLoopback);
                }
            },
            iter: 20_000);

    [Fact]
    public void A_relative_url_is_one_too() =>
        Gen.Select(Texts, UrlLike.Select(text => "http://h/" + text)).Sample(
            pair =>
            {
                try
                {
                    var joined = UrlParser.Parse(pair.Item1, UrlParser.Parse(pair.Item2, null)).ToString();
                    Assert.Equal(joined, UrlParser.Parse(joined, null).ToString());
                }
                catch (SyntaxErrorException)
                {
                    // One of them is no URL.
                }
            },
            iter: 20_000);

    private static ServerUrl? TryParse(string text)
    {
        try
        {
            return new ServerUrl(text);
        }
        catch (SyntaxErrorException e)
        {
            Assert.NotEmpty(e.Message);
            return null;
        }
    }
}
