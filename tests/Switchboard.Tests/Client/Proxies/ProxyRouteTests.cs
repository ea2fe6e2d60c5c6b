using System.Net;
using Switchboard.Client;
using Switchboard.Client.Proxies;

namespace Switchboard.Tests.Client.Proxies;

/// <summary>Which proxy a URL is reached by, if any.</summary>
public sealed class ProxyRouteTests
{
    [Theory]
    [InlineData("ws://server.example/a", "http://server.example/a")]
    [InlineData("wss://server.example:8443/", "https://server.example:8443/")]
    public void It_is_asked_for_the_http_url(string url, string asked)
    {
        var proxy = new FakeProxy(new Uri("http://proxy.example:3128/"));

        var route = ProxyRoute.For(new ServerUrl(url), proxy)!;

        Assert.Equal([new Uri(asked)], proxy.Asked);
        Assert.Equal(("http://proxy.example:3128", new DnsEndPoint("proxy.example", 3128), null), (route.Name, route.EndPoint, route.Credentials));
    }

    [Fact]
    public void None_is_none() => Assert.Null(ProxyRoute.For(new ServerUrl("ws://server.example"), null));

    [Fact]
    public void A_proxy_without_an_answer_is_none() => Assert.Null(ProxyRoute.For(new ServerUrl("ws://server.example"), new FakeProxy(null)));

    [Fact]
    public void What_is_bypassed_goes_direct()
    {
        var proxy = new WebProxy("http://proxy.example:3128", BypassOnLocal: false, [@"server\.example"]);

        Assert.Null(ProxyRoute.For(new ServerUrl("ws://server.example"), proxy));
        Assert.NotNull(ProxyRoute.For(new ServerUrl("ws://other.example"), proxy));
    }

    [Theory]
    [InlineData("ws://localhost")]
    [InlineData("ws://app.localhost")]
    [InlineData("ws://127.0.0.1")]
    [InlineData("ws://[::1]")]
    public void This_machine_is_reached_by_a_proxy_that_was_chosen_and_never_by_the_system_s(string url)
    {
        var proxy = new FakeProxy(new Uri("http://127.0.0.1:3128"));

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 3128), ProxyRoute.For(new ServerUrl(url), proxy)!.EndPoint);
        Assert.Null(ProxyRoute.For(new ServerUrl(url), proxy, isTheSystems: true));
        Assert.NotNull(ProxyRoute.For(new ServerUrl("ws://server.example"), proxy, isTheSystems: true));
        Assert.Null(ProxyRoute.For(new ServerUrl(url), HttpClient.DefaultProxy));
    }

    [Theory]
    [InlineData("https://proxy.example")]
    [InlineData("socks5://proxy.example:1080")]
    [InlineData("socks4a://u:secret@proxy.example:1080")]
    public void Other_kinds_are_not_supported_and_say_so(string address)
    {
        var problem = Assert.Throws<NotSupportedException>(() => ProxyRoute.For(new ServerUrl("ws://server.example"), new FakeProxy(new Uri(address))));

        Assert.Contains("proxy.example", problem.Message, StringComparison.Ordinal);
        Assert.Contains(address.Split(':')[0], problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_are_those_that_are_set_and_else_those_of_the_url()
    {
        var url = new ServerUrl("ws://server.example");
        var address = new Uri("http://n%40me:p%3Ass@proxy.example:3128");
        var set = new NetworkCredential("other", "word");

        var fromUrl = ProxyRoute.For(url, new FakeProxy(address))!;
        var fromProxy = ProxyRoute.For(url, new FakeProxy(address) { Credentials = set })!;
        var fromUser = ProxyRoute.For(url, new FakeProxy(new Uri("http://proxy.example")) { Credentials = CredentialCache.DefaultCredentials })!;

        Assert.Equal(("n@me", "p:ss"), (fromUrl.Credentials!.UserName, fromUrl.Credentials.Password));
        Assert.Equal("http://proxy.example:3128", fromUrl.Name);
        Assert.Same(set, fromProxy.Credentials);
        Assert.Null(fromUser.Credentials);
    }

    [Fact]
    public void A_url_that_the_runtime_does_not_know_goes_direct() =>
        Assert.Null(ProxyRoute.For(new ServerUrl("ws://!\"$&'()*+,-.;=_`{}~/"), new FakeProxy(new Uri("http://proxy.example"))));

    private sealed class FakeProxy(Uri? address) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        internal List<Uri> Asked { get; } = [];

        public Uri? GetProxy(Uri destination)
        {
            Asked.Add(destination);
            return address;
        }

        public bool IsBypassed(Uri host) => false;
    }
}
