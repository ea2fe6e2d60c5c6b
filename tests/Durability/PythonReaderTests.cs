using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.Durability;

/// <summary>samples/Rooms/reader.py: a client in another language, with no library of ours, misses nothing when the server is killed.</summary>
public sealed class PythonReaderTests
{
    [Fact]
    public async Task It_misses_nothing_when_the_server_is_killed()
    {
        var data = Directory.CreateTempSubdirectory("switchboard-python-");
        var port = ServerProcess.FreePort();
        string[] flags = ["--port", $"{port}", "--data", data.FullName];
        Process? reader = null;
        try
        {
            await using (var first = await ServerProcess.StartAsync(flags))
            {
                reader = Start($"ws://127.0.0.1:{port}");
                await PublishAsync(first, "before");
                Assert.Equal("1 \"before\"", await LineAsync(reader));
                await first.KillAsync();
            }

            await using var second = await ServerProcess.StartAsync(flags);
            await PublishAsync(second, "while it was away, perhaps");
            await PublishAsync(second, "after");

            Assert.Equal("2 \"while it was away, perhaps\"", await LineAsync(reader));
            Assert.Equal("3 \"after\"", await LineAsync(reader));
        }
        finally
        {
            reader?.Kill();
            reader?.Dispose();
            data.Delete(recursive: true);
        }
    }

    private static Process Start(string server) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("SWITCHBOARD_PYTHON") is { Length: > 0 } chosen ? chosen : "/usr/bin/python3",
        [Path.Combine(Repository.Root, "samples/Rooms/reader.py"), server, "lobby"])
    {
        RedirectStandardOutput = true,
    })!;

    private static async Task<string?> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Soon();

    private static async Task PublishAsync(ServerProcess server, string text)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var content = new StringContent(text);
        var answer = await http.PostAsync(new Uri("/rooms/lobby/messages", UriKind.Relative), content, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("seq").GetInt64() > 0);
    }
}
