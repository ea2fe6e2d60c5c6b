using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary><c>switchboard connect</c> through proxies, with cookies and passwords, and to servers that refuse it.</summary>
public sealed class ConnectByOtherWaysTests
{
    [Fact]
    public async Task A_proxy_leads_to_the_server_and_gets_its_credentials()
    {
        await using var server = Somebody.WhoEchoes();
        await using var proxy = new ConnectProxy("me:a secret");
        var address = proxy.Address.Authority;

        var known = await ToolProcess.RunAsync("hi\n", "connect", server.Url, "-n", "1", "--proxy", $"http://me:a%20secret@{address}");
        var unknown = await ToolProcess.RunAsync("hi\n", "connect", server.Url, "-n", "1", "--proxy", address, "--verbose");

        Assert.Equal((0, "hi"), (known.ExitCode, Assert.Single(known.Output)));
        Assert.All(proxy.Requests, head => Assert.StartsWith($"CONNECT {new Uri(server.Url).Authority} HTTP/1.1\r\n", head, StringComparison.Ordinal));
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("407 Proxy Authentication Required", unknown.Errors[0], StringComparison.Ordinal);
        Assert.Contains("  Proxy-Authenticate: Basic realm=\"test\"", unknown.Errors);
    }

    [Fact]
    public async Task Cookies_and_what_the_URL_says_of_us_go_with_the_request()
    {
        await using var server = Somebody.WhoEchoes();

        var url = server.Url.Replace("//", "//me:a%20secret@", StringComparison.Ordinal);
        var result = await ToolProcess.RunAsync("", "connect", url, "--wait", "0", "--cookie", "a=1", "--cookie", "b=2");

        Assert.Equal(0, result.ExitCode);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("a=1; b=2", "Basic bWU6YSBzZWNyZXQ="), (request.Header("Cookie"), request.Header("Authorization")));
    }

    [Fact]
    public async Task A_refusal_tells_its_status_its_headers_if_wanted_and_no_secret()
    {
        await using var server = Somebody.Who(_ => { }, new WebSocketServerOptions { Path = "/chat" });

        var url = server.Url.Replace("//", "//me:secret@", StringComparison.Ordinal);
        var brief = await ToolProcess.RunAsync("", "connect", url);
        var verbose = await ToolProcess.RunAsync("", "connect", url, "-v");

        var sentence = $"No connection to {server.Url}: The server answered 404 Not Found, not 101 Switching Protocols.";
        Assert.Equal((1, sentence), (brief.ExitCode, Assert.Single(brief.Errors)));
        Assert.Equal((1, sentence), (verbose.ExitCode, verbose.Errors[0]));
        Assert.Contains("  Connection: close", verbose.Errors);
    }

    [Theory]
    [InlineData("'session' is no cookie: write it as name=value.", "--cookie", "session")]
    [InlineData("'a=1; b=2' is no cookie: write it as name=value.", "--cookie", "a=1; b=2")]
    [InlineData("Cookies are given twice: by --cookie and by --header.", "--cookie", "a=1", "--header", "cookie: b=2")]
    [InlineData("'socks5://localhost' is no proxy: give http://host:port, or none.", "--proxy", "socks5://localhost")]
    [InlineData("A Unix domain socket is on this machine, and no proxy leads there: give --proxy or --unix.", "--unix", "/a", "--proxy", "none")]
    public async Task What_is_not_understood_is_exit_code_2(string sentence, params string[] args)
    {
        var result = await ToolProcess.RunAsync("", ["connect", "ws://localhost:1", .. args]);
        Assert.Equal((2, sentence), (result.ExitCode, result.Errors[0]));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_exit_code_1()
    {
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync("", "connect", "ws://localhost/", "--unix", Path.Combine(folder.Path, "socket"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(folder.Path, Assert.Single(result.Errors), StringComparison.Ordinal);
    }
}
