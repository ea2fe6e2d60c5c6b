using Switchboard.Server.Configuration;

namespace Switchboard.Server.Tests.Identity;

/// <summary>Settings that contradict each other, and a server that would be open to everybody.</summary>
public sealed class AuthSettingsTests
{
    [Theory]
    [InlineData("Choose one source", "--Switchboard:Auth:Key=x", "--auth-key-file", "y")]
    [InlineData("Choose one source", "--auth-key-file", "y", "--jwks-url", "https://issuer.example/")]
    [InlineData("Choose one:", "--auth-key-file", "y", "--anonymous")]
    [InlineData("needs a key", "--Switchboard:Auth:Issuer=marker")]
    [InlineData("needs a key", "--Switchboard:Auth:Audience=marker")]
    [InlineData("needs a key", "--Switchboard:Auth:Cookie=marker")]
    [InlineData("begins with https://", "--jwks-url", "http://issuer.example/keys")]
    [InlineData("cannot be a cookie's name", "--jwks-url", "https://issuer.example/", "--Switchboard:Auth:Cookie=a b")]
    [InlineData("ClockSkew", "--jwks-url", "https://issuer.example/", "--Switchboard:Auth:ClockSkew=00:06:00")]
    [InlineData("ClockSkew", "--jwks-url", "https://issuer.example/", "--Switchboard:Auth:ClockSkew=-00:00:01")]
    [InlineData("at least 32", "--Switchboard:Auth:Key=short")]
    [InlineData("/no-such-file", "--auth-key-file", "/no-such-file")]
    [InlineData("needs a value", "--auth-key-file")]
    [InlineData("--anonymous lets everybody in", "--host", "*")]
    [InlineData("--anonymous lets everybody in", "--host", "0.0.0.0")]
    [InlineData("--anonymous lets everybody in", "--host", "::")]
    [InlineData("--anonymous lets everybody in", "--urls", "http://127.0.0.1:0;http://0.0.0.0:0")]
    [InlineData("the proxies of --trusted-proxies", "--trusted-proxies", "127.0.0.1")]
    [InlineData("the proxies of --trusted-proxies", "--Switchboard:TrustedProxies=10.0.0.0/8", "--urls", "http://unix:/tmp/switchboard-behind-a-proxy")]
    [InlineData("--anonymous lets everybody in", "--Kestrel:Endpoints:All:Url=http://*:0")]
    public async Task End_it_with_2_and_a_sentence(string sentence, params string[] flags)
    {
        var (exitCode, output, log) = await ServerProcess.RunAsync(["--port", "0", .. flags]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(sentence, log, StringComparison.Ordinal);
        Assert.Equal(2, log.Split('\n').Length);
    }

    [Theory]
    [InlineData("http://127.0.0.1:3000", true)]
    [InlineData("http://127.8.9.10:3000;http://[::1]:3000;https://LOCALHOST:3000", true)]
    [InlineData("http://unix:/run/switchboard.sock", true)]
    [InlineData("http://*:3000", false)]
    [InlineData("http://+:3000", false)]
    [InlineData("http://0.0.0.0:3000", false)]
    [InlineData("http://[::]:3000", false)]
    [InlineData("http://192.0.2.1:3000", false)]
    [InlineData("http://localhost.example:3000", false)]
    [InlineData("http://127.0.0.1:3000;http://192.0.2.1:3000", false)]
    public void Without_keys_only_this_machine_is_let_in_unless_all_are(string urls, bool isOfThisMachine)
    {
        if (isOfThisMachine)
        {
            new AuthSettings().ThrowIfOpenTo(urls, isBehindProxy: false);
        }
        else
        {
            Assert.Contains(urls, Assert.Throws<ArgumentException>(() => new AuthSettings().ThrowIfOpenTo(urls, isBehindProxy: false)).Message, StringComparison.Ordinal);
        }

        // Wherever it listens, a proxy brings others to it.
        Assert.Throws<ArgumentException>(() => new AuthSettings().ThrowIfOpenTo(urls, isBehindProxy: true));
        foreach (var isBehindProxy in (bool[])[false, true])
        {
            new AuthSettings { Anonymous = true }.ThrowIfOpenTo(urls, isBehindProxy);
            new AuthSettings { KeyFile = "key.pem" }.ThrowIfOpenTo(urls, isBehindProxy);
        }
    }

    [Fact]
    public async Task Said_out_loud_or_with_a_key_it_listens_elsewhere()
    {
        await using (await ServerProcess.StartAsync(["--port", "0", "--host", "0.0.0.0", "--anonymous"]))
        {
        }

        await using var server = await ServerProcess.StartAsync(
            ["--port", "0", "--host", "0.0.0.0"], new Dictionary<string, string> { ["Switchboard__Auth__Key"] = new string('k', 32) });
        Assert.DoesNotContain(server.Output.Concat(server.Log), line => line.Contains("kkkk", StringComparison.Ordinal));
    }
}
