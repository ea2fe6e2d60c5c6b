using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.Durability;

/// <summary>
/// The server is killed (SIGKILL) at random moments while messages come, and started again on the same folder. Guarantees 1 to 4 of rooms hold: each message that was
/// acknowledged is there, exactly once, in one gapless order, and readers who resume have heard each exactly once.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string Room = "survivors";
    private const int Publishers = 4;
    private const int Readers = 3;

    /// <summary>How often: 5 times, or as often as <c>./test --long</c> says, which is 50.</summary>
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SWITCHBOARD_KILLS") ?? "5", CultureInfo.InvariantCulture);

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_exactly_once_and_in_order()
    {
        var data = Directory.CreateTempSubdirectory("switchboard-kill-");
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var port = ServerProcess.FreePort();
        string[] flags =
        [
            "--port", $"{port}", "--data", data.FullName,
            "--Switchboard:Rooms:Default:Rate:PerSecond=1000000", "--Switchboard:Rooms:Default:Rate:Burst=1000000",
            "--Switchboard:Rooms:Default:Retention:MaxMessages=100000000", "--Logging:LogLevel:Default=Warning",
        ];
        var address = new Uri($"http://127.0.0.1:{port}");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(TimeSpan.FromSeconds(60 + (20 * Kills)));
        Publisher[] publishers = [.. Enumerable.Range(1, Publishers).Select(i => new Publisher(address, $"p{i}", Room))];
        Reader[] readers = [.. Enumerable.Range(1, Readers).Select(i => new Reader(address, $"r{i}", Room))];
        var publishing = publishers.Select(publisher => publisher.RunAsync(end.Token)).ToArray();
        var reading = readers.Select(reader => reader.RunAsync(end.Token)).ToArray();
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await using var server = await ServerProcess.StartAsync(flags);
                await Task.Delay(random.Next(100, 1500), end.Token);
                await server.KillAsync();
            }

            await using var last = await ServerProcess.StartAsync(flags);
            await Task.Delay(500, end.Token);
            foreach (var publisher in publishers)
            {
                publisher.Finish();
            }

            await Task.WhenAll(publishing);
            var history = await HistoryAsync(address, end.Token);
            foreach (var reader in readers)
            {
                reader.ReadUntil(history.Count);
            }

            await SayOneMoreAsync(address, end.Token);
            await Task.WhenAll(reading);

            var acknowledged = publishers.SelectMany(publisher => publisher.Acknowledged).ToDictionary();
            output.WriteLine(
                $"{Kills} kills, seed {seed}: {acknowledged.Count} messages acknowledged, {publishers.Sum(each => each.Repeats)} published again, "
                + $"{readers.Sum(each => each.Resumes)} resumes");
            Assert.NotEmpty(acknowledged);
            Assert.Equal(history.Count, history.Distinct().Count());
            Assert.All(acknowledged, each => Assert.Equal(each.Key, history[(int)each.Value - 1]));
            Assert.Equal(acknowledged.Count, history.Count);
            Assert.All(readers, reader => Assert.Equal(history, reader.Ids.Take(history.Count)));
            Assert.All(readers, reader => Assert.True(reader.Resumes > 0, "No reader was ever cut off: nothing was tested."));
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll([.. publishing, .. reading]).ContinueWith(static _ => { }, TaskScheduler.Default);
            data.Delete(recursive: true);
        }
    }

    /// <summary>The ids of all messages, page by page over HTTP: gapless from 1.</summary>
    private static async Task<List<string>> HistoryAsync(Uri server, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = server };
        List<string> ids = [];
        while (true)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/rooms/{Room}/messages?after={ids.Count}&limit=500", cancellationToken);
            foreach (var message in page.GetProperty("messages").EnumerateArray())
            {
                Assert.Equal(ids.Count + 1, message.GetProperty("seq").GetInt64());
                ids.Add(message.GetProperty("id").GetString()!);
            }

            if (!page.GetProperty("more").GetBoolean())
            {
                return ids;
            }
        }
    }

    // A reader looks whether it is done when it hears something.
    private static async Task SayOneMoreAsync(Uri server, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = server };
        using var content = new StringContent("the end");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/rooms/{Room}/messages") { Content = content };
        request.Headers.Add("Idempotency-Key", "the-end");
        (await http.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
    }
}
