using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Switchboard.Snippets;

public sealed class RunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_readmes_server_echoes_and_ends_on_ctrl_c()
    {
        var port = ServerProcess.FreePort();
        var echo = Snippet.In("README.md", "csharp").First();
        using var program = Start(echo with { Text = echo.Text.Replace("3000", $"{port}", StringComparison.Ordinal) });
        using var timeout = new CancellationTokenSource(Patience);

        using (var client = await ConnectAsync(port, timeout.Token))
        {
            await client.SendAsync("Hello"u8.ToArray(), WebSocketMessageType.Text, true, timeout.Token);
            var buffer = new byte[100];
            var received = await client.ReceiveAsync(buffer, timeout.Token);
            Assert.Equal("Server received: Hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
        }

        Assert.Equal("Client connected", await program.StandardOutput.ReadLineAsync(timeout.Token));
        Assert.Equal("Client disconnected", await program.StandardOutput.ReadLineAsync(timeout.Token));
        await RunAsync("bash", ["-c", $"kill -INT {program.Id}"], timeout.Token);
        await program.WaitForExitAsync(timeout.Token);
        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    public async Task The_readmes_requests_are_answered()
    {
        await using var server = await ServerProcess.StartAsync();
        using var timeout = new CancellationTokenSource(Patience);
        var requests = Snippet.In("README.md", "sh").SelectMany(snippet => snippet.Text.Split('\n')).Where(line => line.StartsWith("curl ", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(requests);
        foreach (var request in requests)
        {
            var here = request.Replace("curl ", "curl --fail --silent --show-error ", StringComparison.Ordinal)
                .Replace("localhost:3000", $"127.0.0.1:{server.Address.Port}", StringComparison.Ordinal);
            Assert.Contains("lobby", await RunAsync("bash", ["-c", here], timeout.Token), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("test")]
    [InlineData(".ci/run")]
    public async Task A_script_can_be_run(string script)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var path = Path.Combine(Repository.Root, script);
        await RunAsync("bash", ["-n", path], timeout.Token);
        await RunAsync("test", ["-x", path], timeout.Token);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("test")]
    public async Task A_script_says_in_one_sentence_that_the_sdk_is_missing(string script)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Repository.Root, script)]) { RedirectStandardError = true };

        // Everything but dotnet.
        var empty = Directory.CreateTempSubdirectory("switchboard-path-");
        foreach (var tool in (string[])["dirname", "sed"])
        {
            File.CreateSymbolicLink(Path.Combine(empty.FullName, tool), $"/usr/bin/{tool}");
        }

        start.Environment["PATH"] = empty.FullName;
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        empty.Delete(recursive: true);

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("Switchboard needs the .NET SDK 10.0.", said, StringComparison.Ordinal);
        Assert.Single(said.TrimEnd().Split('\n'));
    }

    // The snippet's own program, beside the libraries that it needs.
    private static Process Start(Snippet snippet)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-snippet-").FullName;
        foreach (var library in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(file => Path.GetFileName(file) is var name && (name.StartsWith("Switchboard", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions", StringComparison.Ordinal))))
        {
            File.Copy(library, Path.Combine(folder, Path.GetFileName(library)));
        }

        var program = Path.Combine(folder, "Snippet.dll");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Snippets.runtimeconfig.json"), Path.Combine(folder, "Snippet.runtimeconfig.json"));
        using (var assembly = File.Create(program))
        {
            Assert.True(SnippetCompiler.Compile(snippet).Emit(assembly).Success);
        }

        return Process.Start(new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true })!;
    }

    private static async Task<ClientWebSocket> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = new ClientWebSocket();
            try
            {
                await client.ConnectAsync(new Uri($"ws://localhost:{port}"), cancellationToken);
                return client;
            }
            catch (WebSocketException)
            {
                // The program is still starting.
                client.Dispose();
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
