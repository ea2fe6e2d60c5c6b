using System.Net.Sockets;
using System.Text.RegularExpressions;
using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary><c>switchboard listen</c>, its output in a pipe.</summary>
public sealed partial class ListenTests
{
    [Fact]
    public async Task Shows_the_handshake_and_every_frame_both_ways()
    {
        await using var tool = ToolProcess.Start("listen", "--port", "0", "--subprotocol", "chat");
        var url = await AddressAsync(tool);

        await ToolProcess.RunAsync("hello\n", "connect", url + "/room", "-n", "1", "-s", "chat", "-H", "X-Test: yes");

        await tool.LineAsync(line => line.Contains("#1 ended", StringComparison.Ordinal));
        tool.Interrupt();
        var result = await tool.EndWithOpenInputAsync();
        Assert.Equal(0, result.ExitCode);
        var lines = result.Output.Where(line => line.Contains(" #1 ", StringComparison.Ordinal)).ToArray();
        Assert.All(lines, line => Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} #1 ", line));
        var seen = Array.ConvertAll(lines, line => line["00:00:00.000 #1 ".Length..]);
        Assert.StartsWith("connected from 127.0.0.1:", seen[0], StringComparison.Ordinal);
        Assert.Equal("< GET /room HTTP/1.1", seen[1]);
        Assert.Contains("<   X-Test: yes", seen);
        Assert.Contains("> HTTP/1.1 101 Switching Protocols", seen);
        Assert.Contains(">   Sec-WebSocket-Protocol: chat", seen);
        var frames = seen[Array.FindIndex(seen, line => line.StartsWith("< text", StringComparison.Ordinal))..];
        Assert.Equal(
            [
                "< text FIN mask KEY, 5 bytes: \"hello\"",
                "> text FIN, 5 bytes: \"hello\"",
                "< close FIN mask KEY, 2 bytes: 1000",
                "> close FIN, 2 bytes: 1000",
            ],
            frames[..^1].Select(line => Mask().Replace(line, "mask KEY")));

        // Its process may be gone before our FIN has come: then this says so.
        Assert.StartsWith("ended", frames[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_what_is_compressed_and_sends_nothing_back_if_it_is_told_so()
    {
        await using var tool = ToolProcess.Start("listen", "--port", "0", "--compress", "--no-echo", "--preview", "4");
        await using var client = new WebSocket("ws://" + await AddressAsync(tool));
        client.OnOpen += () => client.Send(new string('x', 5000));

        var line = await tool.LineAsync(line => line.Contains("< text", StringComparison.Ordinal));

        Assert.Matches(@"< text FIN RSV1 mask [0-9a-f]{8}, \d+ bytes: compressed [0-9a-f]{8}…$", line);
        await client.CloseAsync();
        await tool.LineAsync(line => line.Contains("#1 ended", StringComparison.Ordinal));
        Assert.DoesNotContain(tool.Output, line => line.Contains("> text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shows_what_is_no_web_socket_and_goes_on()
    {
        await using var tool = ToolProcess.Start("listen", "--port", "0");
        var address = await AddressAsync(tool);
        var (host, port) = (address.Split(':')[0], int.Parse(address.Split(':')[1]));

        using (var http = new HttpClient())
        using (await http.GetAsync(new Uri($"http://{address}/"), TestContext.Current.CancellationToken))
        {
            await tool.LineAsync(line => line.Contains("> HTTP/1.1 426", StringComparison.Ordinal));
        }

        using (var client = new TcpClient(host, port))
        {
            await client.GetStream().WriteAsync(Convert.FromHexString("160301020001"), TestContext.Current.CancellationToken);
            client.Client.Shutdown(SocketShutdown.Send);
            await tool.LineAsync(line => line.EndsWith("#2 < ? no HTTP head in 6 bytes: 160301020001", StringComparison.Ordinal));
        }

        Assert.Equal(["still here"], (await ToolProcess.RunAsync("still here", "connect", address, "-n", "1")).Output);
    }

    [Fact]
    public async Task Shows_what_is_inside_of_TLS()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Localhost, folder.Path, "localhost");
        await using var tool = ToolProcess.Start("listen", "--port", "0", "--tls-cert", certificate, "--tls-key", key);
        var line = await tool.LineAsync(line => line.StartsWith("Listening on wss://127.0.0.1:", StringComparison.Ordinal));
        var url = line.Split(' ')[2];

        var result = await ToolProcess.RunAsync("hello\n", "connect", url, "-n", "1", "--cacert", TestCertificates.WriteRoot(folder.Path));

        Assert.Equal(["hello"], result.Output);
        await tool.LineAsync(line => line.Contains("#1 < text FIN mask ", StringComparison.Ordinal));
        await tool.LineAsync(line => line.EndsWith("#1 > text FIN, 5 bytes: \"hello\"", StringComparison.Ordinal));

        // Who does not trust the certificate is seen too, and its end says so.
        await ToolProcess.RunAsync("", "connect", url);
        await tool.LineAsync(line => line.Contains("#2 ended: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listens_on_a_Unix_domain_socket()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "socket");
        await using var tool = ToolProcess.Start("listen", "--host", $"unix:{path}");
        await tool.LineAsync(line => line == $"Listening on unix:{path} (press Ctrl-C to stop)");

        Assert.Equal(["hello"], (await ToolProcess.RunAsync("hello\n", "connect", "ws://localhost/room", "--unix", path, "-n", "1")).Output);

        await tool.LineAsync(line => line.EndsWith("< GET /room HTTP/1.1", StringComparison.Ordinal));
        await tool.LineAsync(line => line.EndsWith("<   Host: localhost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_exit_code_1()
    {
        var result = await ToolProcess.RunAsync("", "listen", "--port", "0", "--tls-cert", "no-such-file.pem");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("The certificate no-such-file.pem cannot be used: ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_exit_code_1()
    {
        await using var server = Somebody.WhoEchoes();
        var result = await ToolProcess.RunAsync("", "listen", "--host", "127.0.0.1", "--port", new Uri(server.Url).Port.ToString());
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the address is in use", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    // Without its scheme, which connect adds.
    private static async Task<string> AddressAsync(ToolProcess tool)
    {
        var line = await tool.LineAsync(line => line.StartsWith("Listening on ws://127.0.0.1:", StringComparison.Ordinal));
        return line.Split(' ')[2]["ws://".Length..];
    }

    [GeneratedRegex("mask [0-9a-f]{8}")]
    private static partial Regex Mask();
}
