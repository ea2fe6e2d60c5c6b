using System.Net;
using Switchboard.Client;
using Switchboard.Client.Urls;

namespace Switchboard.Tests.Client;

/// <summary>What a WebSocket makes of its URL (WHATWG WebSockets §3.1).</summary>
public sealed class ServerUrlTests
{
    [Theory]
    [InlineData("ws://h:1", "ws://h:1/", false)]
    [InlineData("http://h:80/é?q", "ws://h/%C3%A9?q", false)]
    [InlineData("https://h:443/", "wss://h/", true)]
    [InlineData("HTTPS:h", "wss://h/", true)]
    [InlineData("wss://u:p@h", "wss://u:p@h/", true)]
    [InlineData("http://h:443/", "ws://h:443/", false)]
    public void The_scheme_becomes_one_of_a_WebSocket(string text, string href, bool isSecure)
    {
        var url = new ServerUrl(text);

        Assert.Equal((href, isSecure), (url.Href, url.IsSecure));
        Assert.Equal(href, url.ToString());
    }

    [Theory]
    [InlineData("chat", "http://h/app/page", "ws://h/app/chat")]
    [InlineData("/chat?x", "https://h:8443/app/", "wss://h:8443/chat?x")]
    [InlineData("//other", "https://h/", "wss://other/")]
    [InlineData("chat", "https://h/page#part", "wss://h/chat")]
    [InlineData("ws://h/", "https://other/", "ws://h/")]
    public void A_page_s_address_is_a_base(string text, string baseUrl, string href) => Assert.Equal(href, new ServerUrl(text, baseUrl).Href);

    [Theory]
    [InlineData("ws://h/#", null, "%23")]
    [InlineData("ws://h/a#b", null, "%23")]
    [InlineData("#", "ws://h/", "%23")]
    [InlineData("ftp://h/", null, "not with ftp:")]
    [InlineData("localhost:8080", null, "not with localhost:")]
    [InlineData("h", null, "ws://host:port/path")]
    [InlineData("ws://", null, "no host")]
    [InlineData("ws://h:70000", null, "65535")]
    [InlineData("ws://h:x", null, "'x' is not a port")]
    [InlineData("ws://[fe80::1%eth0]", null, "without a zone")]
    [InlineData("ws://1.2.3.4.5", null, "not an IPv4 address")]
    [InlineData("ws://a b", null, "'a b'")]
    [InlineData("chat", "file:///h", "not with file:")]
    [InlineData("chat", "h", "absolute")]
    public void What_is_wrong_is_said(string text, string? baseUrl, string part)
    {
        var problem = Assert.Throws<SyntaxErrorException>(() => new ServerUrl(text, baseUrl));

        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://h", "h", "h", 80)]
    [InlineData("wss://h", "h", "h", 443)]
    [InlineData("ws://u:p@Bücher.example:81/", "xn--bcher-kva.example:81", "xn--bcher-kva.example", 81)]
    [InlineData("wss://127.1:444", "127.0.0.1:444", "127.0.0.1", 444)]
    [InlineData("ws://[0::1]:8080", "[::1]:8080", "[::1]", 8080)]
    public void The_server_is_named_without_credentials(string text, string host, string name, int port)
    {
        var url = new ServerUrl(text);

        Assert.Equal((host, name, port), (url.Host, url.HostName, url.Port));
        Assert.Equal(
            IPAddress.TryParse(name, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(name, port), url.EndPoint);
    }

    [Theory]
    [InlineData("ws://h", "/")]
    [InlineData("ws://h?", "/?")]
    [InlineData("ws://h/a b?c d", "/a%20b?c%20d")]
    public void The_target_is_path_and_query(string text, string target) => Assert.Equal(target, new ServerUrl(text).Target);

    [Theory]
    [InlineData("ws://h", "", "")]
    [InlineData("ws://us%65r:p%40ss%C3%A9@h", "user", "p@ssé")]
    [InlineData("ws://a@b:c:d@h", "a@b", "c:d")]
    [InlineData("ws://%:%zz@h", "%", "%zz")]
    [InlineData("ws://%ff@h", "\uFFFD", "")]
    [InlineData("ws://:p@h", "", "p")]
    public void Credentials_are_decoded(string text, string username, string password)
    {
        var url = new ServerUrl(text);

        Assert.Equal((username, password), (url.Username, url.Password));
    }

    [Theory]
    [InlineData("ws://u:p@h:81/a?b", "http://h:81/a?b")]
    [InlineData("wss://h", "https://h/")]
    [InlineData("ws://[::1]/", "http://[::1]/")]
    public void Cookies_and_proxies_know_it_by_its_http_url(string text, string expected) => Assert.Equal(new Uri(expected), new ServerUrl(text).HttpUri);

    [Fact]
    public void A_host_that_the_runtime_does_not_know_for_one_has_no_http_url() => Assert.Null(new ServerUrl("ws://!\"$&'()*+,-.;=_`{}~/").HttpUri);

    [Theory]
    [InlineData("ws://localhost", true)]
    [InlineData("ws://LOCALHOST.", true)]
    [InlineData("ws://app.localhost", true)]
    [InlineData("ws://127.8.9.1", true)]
    [InlineData("ws://[::1]", true)]
    [InlineData("ws://[::ffff:127.0.0.1]", true)]
    [InlineData("ws://localhost.example", false)]
    [InlineData("ws://notlocalhost", false)]
    [InlineData("ws://192.0.2.1", false)]
    public void This_machine_is_known(string text, bool isLoopback) => Assert.Equal(isLoopback, new ServerUrl(text).IsLoopback);

    [Theory]
    [InlineData(25)]
    [InlineData(6000)]
    [InlineData(6679)]
    [InlineData(10080)]
    [InlineData(0)]
    public void Ports_of_other_services_are_blocked(int port) => Assert.True(BlockedPorts.Contains(port));

    [Theory]
    [InlineData(80)]
    [InlineData(443)]
    [InlineData(8080)]
    [InlineData(3000)]
    [InlineData(65535)]
    public void Other_ports_are_not_blocked(int port) => Assert.False(BlockedPorts.Contains(port));
}
