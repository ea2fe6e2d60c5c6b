using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Switchboard.Server.Tests;

/// <summary>Messages outlive the process, can be copied while it runs, and it says when they cannot be stored.</summary>
public sealed class StoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-store-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_acknowledged_is_there_after_the_process_was_ended(bool isKilled)
    {
        JsonElement before;
        await using (var server = await ServerProcess.StartAsync(["--port", "0", "--data", Data]))
        {
            await PublishAsync(server, "a");
            await PublishAsync(server, "b");
            before = await ReadAsync(server);
            if (isKilled)
            {
                await server.KillAsync();
            }
            else
            {
                server.Terminate();
                Assert.Equal(0, await server.EndAsync());
            }
        }

        await using var again = await ServerProcess.StartAsync(["--port", "0", "--data", Data]);
        Assert.Equal(before.ToString(), (await ReadAsync(again)).ToString());
        await PublishAsync(again, "c");
        Assert.Equal([1, 2, 3], Sequences(await ReadAsync(again)));
    }

    [Fact]
    public async Task A_backup_is_made_while_the_server_runs_and_another_begins_with_it()
    {
        await using var server = await ServerProcess.StartAsync(["--port", "0", "--data", Data]);
        await PublishAsync(server, "a");
        var copy = Directory.CreateDirectory(Path.Combine(_folder.FullName, "copy")).FullName;
        string[] command = ["backup", "--data", Data, "--to", Path.Combine(copy, "switchboard.db")];

        var (exitCode, output, log) = await ServerProcess.RunAsync(command);
        Assert.Equal((0, ""), (exitCode, log));
        Assert.Contains("switchboard.db", output, StringComparison.Ordinal);
        await PublishAsync(server, "b");

        var (again, _, complaint) = await ServerProcess.RunAsync(command);
        Assert.Equal(1, again);
        Assert.Contains("overwrites nothing", complaint, StringComparison.Ordinal);

        await using var other = await ServerProcess.StartAsync(["--port", "0", "--data", copy]);
        var (mine, theirs) = (await ReadAsync(server), await ReadAsync(other));
        Assert.Equal([1, 2], Sequences(mine));
        Assert.Equal([1], Sequences(theirs));
        Assert.NotEqual(mine.GetProperty("epoch").GetGuid(), theirs.GetProperty("epoch").GetGuid());
    }

    [Theory]
    [InlineData(2, "--to", "backup", "--data", "x")]
    [InlineData(2, "'--port'", "backup", "--port", "1", "--to", "x", "--data", "x")]
    [InlineData(1, "no store", "backup", "--data", "/no/such/folder", "--to", "x")]
    public async Task A_backup_that_cannot_be_made_says_why(int expected, string named, params string[] command)
    {
        var (exitCode, output, log) = await ServerProcess.RunAsync(command);
        Assert.Equal((expected, ""), (exitCode, output));
        Assert.Contains(named, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_another_server_has_ends_it_with_1_and_a_sentence()
    {
        await using var server = await ServerProcess.StartAsync(["--port", "0", "--data", Data]);
        var (exitCode, output, log) = await ServerProcess.RunAsync(["--port", "0", "--data", Data]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("Cannot keep messages: ", log, StringComparison.Ordinal);
        Assert.Contains("in use by another process", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_nothing_can_be_stored_readyz_is_503_with_the_reason_and_then_200_again()
    {
        await using var server = await InProcessServer.StartAsync();
        await (await server.PostAsync("/rooms/lobby/messages", "a")).SequenceAsync();
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(server.Data, "switchboard.db")};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var locking = other.CreateCommand();
            locking.CommandText = "BEGIN IMMEDIATE";
            await locking.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            await (await server.PostAsync("/rooms/lobby/messages", "b")).RefusesAsync(503, "unavailable");
            var ready = await server.GetAsync("/readyz");
            var details = await ready.RefusesAsync(503, "unavailable");
            Assert.Contains("lock", details.GetProperty("detail").GetString()!, StringComparison.OrdinalIgnoreCase);
            using var alive = await server.GetAsync("/healthz");
            Assert.Equal(200, (int)alive.StatusCode);
        }

        await Patience.Until(async () => (int)(await server.GetAsync("/readyz")).StatusCode == 200);
        await (await server.PostAsync("/rooms/lobby/messages", "c")).SequenceAsync();
    }

    private static async Task PublishAsync(ServerProcess server, string text)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var body = new StringContent(text);
        using var answer = await http.PostAsync("/rooms/lobby/messages", body, TestContext.Current.CancellationToken);
        await answer.SequenceAsync();
    }

    private static async Task<JsonElement> ReadAsync(ServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        return JsonElement.Parse(await http.GetStringAsync("/rooms/lobby/messages", TestContext.Current.CancellationToken));
    }

    private static IEnumerable<long> Sequences(JsonElement page) =>
        page.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("seq").GetInt64());
}
