using Switchboard.TestSupport;

namespace Switchboard.Rooms.Sqlite.Tests;

public sealed class WriterTests : LogTest
{
    [Fact]
    public async Task All_that_waits_from_all_rooms_shares_a_commit()
    {
        Options = Options with { LockTimeout = TimeSpan.FromMinutes(5) };
        var log = Open();
        using var stranger = Stranger();
        Execute(stranger, "BEGIN IMMEDIATE");
        var appends = Enumerable.Range(0, 500).Select(i => log.AppendAsync(Room($"room {i % 50}"), [Entry("x")], Stop).AsTask()).ToArray();
        Execute(stranger, "ROLLBACK");
        await Task.WhenAll(appends).Soon();
        Assert.InRange(log.Commits, 1, 2); // the first append, or some of them, may have been taken alone
    }

    [Fact]
    public async Task Whoever_waited_does_not_go_on_on_the_writers_thread()
    {
        var log = Open();
        var threads = new List<string?>();
        for (var i = 0; i < 20; i++)
        {
            await log.AppendAsync(Lobby, [Entry("x")], Stop).AsTask().ContinueWith(
                _ => threads.Add(Thread.CurrentThread.Name), Stop, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        Assert.Equal(20, threads.Count);
        Assert.DoesNotContain("Switchboard message log", threads);
    }

    [Fact]
    public async Task Whoever_never_returns_stops_nobody_else()
    {
        var log = Open();
        using var release = new ManualResetEventSlim();
        var stuck = log.AppendAsync(Lobby, [Entry("x")], Stop).AsTask().ContinueWith(
            _ => release.Wait(Stop), Stop, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        for (var i = 2; i < 10; i++)
        {
            Assert.Equal(i, await Append(log, "y").Soon());
        }

        release.Set();
        await stuck;
    }

    [Fact]
    public async Task What_waits_is_stored_before_the_log_is_closed()
    {
        var log = Open();
        var appends = Enumerable.Range(0, 5_000).Select(i => log.AppendAsync(Lobby, [Entry($"{i}")], Stop).AsTask()).ToArray();
        await log.DisposeAsync();
        Assert.All(appends, append => Assert.True(append.IsCompletedSuccessfully));
        Assert.Equal(string.Join(' ', Enumerable.Range(0, 5_000)), await Texts(Open()));
        Assert.Equal(["switchboard.db", "switchboard.lock"], await ClosedFiles());
    }

    [Fact]
    public async Task More_rooms_than_the_writer_remembers_go_on_where_they_were()
    {
        const int rooms = 60_000;
        var log = Open();
        for (var round = 1; round <= 2; round++)
        {
            var appends = Enumerable.Range(0, rooms).Select(i => log.AppendAsync(Room($"{i}"), [Entry("x")], Stop).AsTask()).ToArray();
            Assert.All(await Task.WhenAll(appends).Soon(), receipt => Assert.Equal(round, receipt.Places[0].Sequence));
        }
    }

    private async Task<IEnumerable<string?>> ClosedFiles()
    {
        var folder = Options.Directory;
        await DisposeLogs();
        return Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }
}
