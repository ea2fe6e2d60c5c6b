using System.Net;
using Switchboard.Client;
using Switchboard.Client.Cookies;

namespace Switchboard.Tests.Client.Cookies;

/// <summary>Which cookies go to which WebSocket, and what a server's answer leaves.</summary>
public sealed class ClientCookiesTests
{
    private readonly CookieContainer _container = new();

    [Theory]
    [InlineData("ws://site.example/", "plain=1")]
    [InlineData("wss://site.example/", "plain=1; safe=2")]
    [InlineData("ws://site.example/chat/room", "deep=3; plain=1")]
    [InlineData("ws://site.example:8080/", "plain=1")]
    [InlineData("ws://sub.site.example/", "wide=4")]
    [InlineData("ws://other.example/", null)]
    public void Those_of_the_http_url_are_sent(string url, string? expected)
    {
        _container.Add(new Uri("http://site.example/"), new Cookie("plain", "1"));
        _container.Add(new Uri("https://site.example/"), new Cookie("safe", "2") { Secure = true });
        _container.Add(new Uri("http://site.example/"), new Cookie("deep", "3", "/chat"));
        _container.Add(new Cookie("wide", "4", "/", ".sub.site.example"));
        _container.Add(new Uri("http://site.example/"), new Cookie("old", "5") { Expires = DateTime.UnixEpoch });

        Assert.Equal(expected, Sorted(ClientCookies.HeaderFor(new ServerUrl(url), _container)));
    }

    [Fact]
    public void Without_a_container_there_are_none()
    {
        var url = new ServerUrl("ws://site.example/");

        Assert.Null(ClientCookies.HeaderFor(url, null));
        ClientCookies.Store(url, null, [new("Set-Cookie", "a=1")]);
    }

    [Fact]
    public void What_an_answer_sets_is_sent_the_next_time()
    {
        var url = new ServerUrl("wss://site.example/chat/room");

        ClientCookies.Store(
            url, _container,
            [
                new("Set-Cookie", "session=abc; Path=/; HttpOnly; Secure"),
                new("X-Other", "no=cookie"),
                new("set-cookie", "here=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT"),
            ]);

        Assert.Equal("here=1; session=abc", Sorted(ClientCookies.HeaderFor(url, _container)));
        Assert.Equal("session=abc", ClientCookies.HeaderFor(new ServerUrl("wss://site.example/"), _container));
        Assert.Null(ClientCookies.HeaderFor(new ServerUrl("ws://site.example/"), _container));
    }

    [Fact]
    public void One_that_is_set_again_is_replaced_and_one_that_is_over_goes()
    {
        var url = new ServerUrl("ws://site.example/");
        ClientCookies.Store(url, _container, [new("Set-Cookie", "a=1"), new("Set-Cookie", "b=1")]);

        ClientCookies.Store(url, _container, [new("Set-Cookie", "a=2"), new("Set-Cookie", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]);

        Assert.Equal("a=2", ClientCookies.HeaderFor(url, _container));
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("; Path=/")]
    [InlineData("evil=1; Domain=.other.example")]
    [InlineData("evil=1; Domain=example")]
    [InlineData("e\u0001vil=1")]
    [InlineData("evil=1; Path=/elsewhere")]
    public void A_bad_one_is_left_out_and_the_others_stay(string bad)
    {
        var url = new ServerUrl("ws://site.example/");

        ClientCookies.Store(url, _container, [new("Set-Cookie", "before=1"), new("Set-Cookie", bad), new("Set-Cookie", "after=2")]);

        Assert.Equal("after=2; before=1", Sorted(ClientCookies.HeaderFor(url, _container)));
        Assert.Null(ClientCookies.HeaderFor(new ServerUrl("ws://other.example/"), _container));
    }

    [Theory]
    [InlineData("a\r\nEvil: yes")]
    [InlineData("é")]
    [InlineData("\0")]
    [InlineData("1; good=2")]
    public void What_HTTP_does_not_allow_is_not_sent(string value)
    {
        _container.Add(new Uri("http://site.example/"), new Cookie("good", "1"));
        _container.Add(new Uri("http://site.example/"), new Cookie("evil", "1"));
        _container.GetCookies(new Uri("http://site.example/"))["evil"]!.Value = value;

        Assert.Equal("good=1", ClientCookies.HeaderFor(new ServerUrl("ws://site.example/"), _container));
    }

    // Those of a longer path come first, and else in no order.
    private static string? Sorted(string? header) => header is null ? null : string.Join("; ", header.Split("; ").Order(StringComparer.Ordinal));
}
