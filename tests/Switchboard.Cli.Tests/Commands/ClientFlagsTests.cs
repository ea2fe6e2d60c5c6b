using System.CommandLine;
using System.Net.Sockets;
using Switchboard.Cli.Commands;

namespace Switchboard.Cli.Tests.Commands;

public sealed class ClientFlagsTests
{
    [Fact]
    public void Without_flags_all_is_as_the_client_has_it_but_that_a_person_may_choose_any_port()
    {
        var read = Read();
        var defaults = new WebSocketClientOptions { AllowBlockedPorts = true };
        Assert.Empty(read.Headers);
        Assert.Empty(read.Protocols);
        Assert.Equal(ClientTlsOptions.Default with { PinnedKeys = read.Tls.PinnedKeys }, read.Tls);
        Assert.Equal(defaults with { Headers = read.Headers, Protocols = read.Protocols, Tls = read.Tls }, read);
    }

    [Theory]
    [InlineData("localhost:8080", "http://localhost:8080/")]
    [InlineData("http://me:secret@proxy.example", "http://me:secret@proxy.example/")]
    public void A_proxy_is_asked_for_every_host(string given, string url)
    {
        var proxy = Read("--proxy", given).Proxy!;
        Assert.Equal(url, proxy.GetProxy(new Uri("http://localhost"))!.AbsoluteUri);
        Assert.False(proxy.IsBypassed(new Uri("http://localhost")));
    }

    [Fact]
    public void The_system_knows_the_proxies_unless_none_is_wanted()
    {
        Assert.Same(HttpClient.DefaultProxy, Read().Proxy);
        Assert.True(Read("--proxy", "none").Proxy!.IsBypassed(new Uri("http://example.com")));
    }

    [Fact]
    public void Cookies_are_one_header() => Assert.Equal("a=1; b=x=y", Read("--cookie", "a=1", "-b", "b=x=y").Headers["Cookie"]);

    [Fact]
    public void A_Unix_domain_socket_takes_the_place_of_host_and_port() =>
        Assert.Equal(new UnixDomainSocketEndPoint("/run/some.socket"), Read("--unix", "/run/some.socket").ConnectTo);

    [Theory]
    [InlineData("forever", 0)]
    [InlineData("0.5", 500)]
    public void Connecting_takes_as_long_as_it_may(string given, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read("--connect-timeout", given).ConnectTimeout);

    private static WebSocketClientOptions Read(params string[] args)
    {
        var flags = new ClientFlags();
        var command = new Command("test");
        flags.AddTo(command);
        var parsed = command.Parse(args);
        Assert.Empty(parsed.Errors);
        return flags.Read(parsed);
    }
}
