using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Switchboard.Server.Tests;

public sealed class ProcessTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ends_in_good_order_on_Ctrl_C_and_SIGTERM_and_tells_its_clients(bool isInterrupt)
    {
        await using var server = await ServerProcess.StartAsync();
        using var echo = await Browserlike.ConnectAsync(server.WebSocket("/echo"));
        using var member = await Browserlike.ConnectAsync(server.WebSocket("/rooms/lobby"));

        if (isInterrupt)
        {
            server.Interrupt();
        }
        else
        {
            server.Terminate();
        }

        foreach (var client in (ClientWebSocket[])[echo, member])
        {
            Assert.Equal(CloseCode.GoingAway, (await client.HearCloseAsync()).Code);
            await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await server.EndAsync());
        Assert.StartsWith($"Switchboard listens on http://127.0.0.1:{server.Port}", server.Output[0], StringComparison.Ordinal);
        Assert.Equal("Switchboard has stopped", server.Output[^1]);
        Assert.DoesNotContain(server.Log, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ends_in_good_order_though_a_client_never_answers()
    {
        await using var server = await ServerProcess.StartAsync();
        using var client = await RawClient.OpenAsync(server.Port, "/echo");

        server.Terminate();

        Assert.Equal(0, await server.EndAsync());
        Assert.Equal(1001, (await client.ReadFrameAsync()).CloseCode);
    }

    [Fact]
    public async Task Prints_help_and_version_and_does_not_listen()
    {
        var (helpCode, help, helpLog) = await ServerProcess.RunAsync(["--help"]);
        var (versionCode, version, versionLog) = await ServerProcess.RunAsync(["--port", "0", "--version"]);

        Assert.Equal((0, 0, "", ""), (helpCode, versionCode, helpLog, versionLog));
        Assert.Contains("--port", help, StringComparison.Ordinal);
        Assert.Contains("--host", help, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", version);
    }

    [Theory]
    [InlineData("Did you mean --port?", "--prot", "3000")]
    [InlineData("Did you mean --Switchboard?", "--Switchbord:Port=3000")]
    [InlineData("'--Prot:1'", "--Prot:1", "3000")]
    [InlineData("Did you mean TrustedProxies?", "--Switchboard:TrustedProxys=127.0.0.1")]
    [InlineData("'3000'", "3000")]
    [InlineData("--port", "--port")]
    [InlineData("'abc'", "--port", "abc")]
    [InlineData("65535", "--port", "65536")]
    [InlineData("65535", "--port", "-1")]
    [InlineData("'no such host'", "--host", "no such host")]
    [InlineData("127.0.0.1", "--host", "localhost", "--port", "0")]
    [InlineData("'example.com'", "--Switchboard:AllowedOrigins:0=example.com")]
    [InlineData("'*'", "--Switchboard:AllowedOrigins:0=*")]
    [InlineData("'null'", "--Switchboard:AllowedOrigins:0=null")]
    [InlineData("MaxMembers", "--Switchboard:Rooms:Default:MaxMembers=0")]
    [InlineData("game-*", "--Switchboard:Rooms:Patterns:0:Name=game-*", "--Switchboard:Rooms:Patterns:0:Rate:PerSecond=0")]
    [InlineData("Patterns:0:Name", "--Switchboard:Rooms:Patterns:0:MaxMembers=5")]
    [InlineData("MaxMessageBytes", "--Switchboard:Rooms:Default:MaxMessageBytes=-1")]
    [InlineData("Rooms:MaxMessageBytes", "--Switchboard:Rooms:MaxMessageBytes=5")]
    [InlineData("Default:Durabel", "--Switchboard:Rooms:Default:Durabel=false")]
    [InlineData("'10.0.0.0/99'", "--trusted-proxies", "127.0.0.1, 10.0.0.0/99")]
    [InlineData("'my-proxy'", "--Switchboard:TrustedProxies=my-proxy")]
    public async Task A_wrong_setting_ends_it_with_2_and_a_sentence_that_names_it(string named, params string[] flags)
    {
        var (exitCode, output, log) = await ServerProcess.RunAsync(flags);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(named, log, StringComparison.Ordinal);
        Assert.Equal(2, log.Split('\n').Length);
    }

    [Theory]
    [InlineData("10.0.0.0/8, 127.0.0.1", 101)]
    [InlineData("127.0.0.0/8", 101)]
    [InlineData("10.0.0.0/8", 403)]
    [InlineData("", 403)]
    public async Task A_proxy_is_believed_about_the_host_if_it_is_named(string trusted, int status)
    {
        await using var server = await ServerProcess.StartAsync(["--port", "0", "--trusted-proxies", trusted, "--anonymous"]);
        const string Headers = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: chat.example\r\nOrigin: https://chat.example\r\n";

        Assert.Equal(status, (await RawClient.KnockAsync(server.Port, "/echo", Headers)).Status);
        Assert.Equal(status, (await RawClient.KnockAsync(server.Port, "/rooms/lobby", Headers)).Status);
    }

    [Fact]
    public async Task A_port_in_use_ends_it_with_1_and_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exitCode, output, log) = await ServerProcess.RunAsync(["--port", $"{port}"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"{port}", log, StringComparison.Ordinal);
        Assert.Contains("in use", log, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', log);
    }

    [Fact]
    public async Task An_address_of_another_machine_ends_it_with_1_and_one_sentence()
    {
        // RFC 5737: an address of documentation.
        var (exitCode, output, log) = await ServerProcess.RunAsync(["--host", "192.0.2.1", "--port", "0", "--anonymous"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("192.0.2.1", log, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', log);
    }

    [Fact]
    public async Task Settings_come_from_the_environment_and_flags_override_them()
    {
        var environment = new Dictionary<string, string>
        {
            ["Switchboard__Port"] = "70000",
            ["Switchboard__Host"] = "127.0.0.2",
            ["Switchboard__Rooms__Default__MaxMessageBytes"] = "5",
        };

        var (exitCode, _, log) = await ServerProcess.RunAsync([], environment);
        Assert.Equal(2, exitCode);
        Assert.Contains("70000", log, StringComparison.Ordinal);

        await using var server = await ServerProcess.StartAsync(["--port=0"], environment);
        Assert.Equal("127.0.0.2", server.Address.Host);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var message = new StringContent("123456");
        using var answer = await http.PostAsync("/rooms/lobby/messages", message, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task The_address_that_the_framework_s_own_flag_names_decides_which_hosts_are_let_in()
    {
        await using var server = await ServerProcess.StartAsync(["--host", "*", "--urls", "http://127.0.0.1:0"]);

        Assert.Equal(200, await AskAsync(server.Port, "127.0.0.1"));
        Assert.Equal(400, await AskAsync(server.Port, "evil.example"));

        await using var open = await ServerProcess.StartAsync(["--urls", "http://0.0.0.0:0", "--anonymous"]);
        Assert.Equal(200, await AskAsync(open.Port, "switchboard.example"));
    }

    private static async Task<int> AskAsync(int port, string host) =>
        (await RawClient.AskAsync(port, $"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n")).Status;
}
