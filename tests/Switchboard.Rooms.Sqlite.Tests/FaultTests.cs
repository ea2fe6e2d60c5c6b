using Microsoft.Extensions.Time.Testing;
using Switchboard.TestSupport;

namespace Switchboard.Rooms.Sqlite.Tests;

/// <summary>What the disk, and others, may do to a store. Nothing acknowledged is lost, nothing is acknowledged falsely, and it works again when the cause is gone.</summary>
public sealed class FaultTests : LogTest
{
    private static readonly string Large = new('x', 10_000);

    [Fact]
    public async Task A_full_disk_refuses_and_takes_messages_again_when_there_is_room()
    {
        var pages = 100;
        Options = Options with { WriterOpened = connection => Execute(connection, $"PRAGMA max_page_count = {pages}") };
        var clock = new FakeTimeProvider(Noon);
        var log = Open(clock);
        var acknowledged = 0L;
        LogUnavailableException? refusal = null;
        while (refusal is null)
        {
            Assert.True(acknowledged < 100);
            try
            {
                acknowledged = await Append(log, Large, $"m{acknowledged + 1}");
            }
            catch (LogUnavailableException fault)
            {
                refusal = fault;
            }
        }

        Assert.True(acknowledged > 5);
        Assert.Contains("The disk of", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("is full", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new LogHealth(refusal.Message, Noon), log.Health);
        clock.Advance(TimeSpan.FromMinutes(1));
        await IsRefused(log, Large);
        Assert.Equal(new LogHealth(refusal.Message, Noon), await log.CheckAsync(Stop)); // since the first time
        var page = await log.ReadAsync(Lobby, HistoryQuery.Behind(0, 1000), Stop);      // reading goes on
        Assert.Equal(acknowledged, page.Messages.Count);
        Assert.Equal(acknowledged, page.Last);

        pages = 10_000;
        Assert.True((await log.CheckAsync(Stop)).IsHealthy); // although nobody has published
        Assert.Equal(acknowledged + 1, await Append(log, Large, $"m{acknowledged + 1}"));
        Assert.Equal(1, await Append(log, "again", "m1"));
        Assert.True(log.Health.IsHealthy);
        Assert.Equal(0, log.WaitingBytes);
    }

    [Fact]
    public async Task Room_that_is_made_by_forgetting_is_room()
    {
        Options = Options with { WriterOpened = connection => Execute(connection, "PRAGMA max_page_count = 100") };
        var log = Open();
        var acknowledged = 0L;
        try
        {
            while (acknowledged < 100)
            {
                acknowledged = await Append(log, Large);
            }
        }
        catch (LogUnavailableException)
        {
            // Full.
        }

        Assert.True(acknowledged < 100);
        Assert.Equal(acknowledged - 5, await log.TrimAsync(Lobby, new Retention { MaxMessages = 5 }, Noon, 100, Stop));
        Assert.Equal(acknowledged + 1, await Append(log, Large));
        Assert.True((await log.CheckAsync(Stop)).IsHealthy);
        var page = await log.ReadAsync(Lobby, HistoryQuery.Behind(0, 100), Stop);
        Assert.Equal((acknowledged - 4, 6), (page.First, page.Messages.Count)); // nothing of the probe is left
    }

    [Fact]
    public async Task A_batch_that_does_not_fit_leaves_nothing()
    {
        Options = Options with { WriterOpened = connection => Execute(connection, "PRAGMA max_page_count = 100") };
        var log = Open();
        await Append(log, "a");
        await Assert.ThrowsAsync<LogUnavailableException>(
            async () => await log.AppendAsync(Lobby, [.. Enumerable.Range(0, 100).Select(i => Entry(Large, $"m{i}"))], Stop));
        Assert.Equal("a", await Texts(log));
        Assert.Equal(2, await Append(log, "b", "m0"));
        Assert.Equal("a b", await Texts(log));
    }

    [Fact]
    public async Task A_database_that_somebody_else_has_locked_refuses_until_it_is_free()
    {
        var log = Open();
        await Append(log, "a");
        using (var stranger = Stranger())
        {
            Execute(stranger, "BEGIN IMMEDIATE");
            Assert.Contains("locked by somebody else", (await IsRefused(log, "b", "m1")).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.TrimAsync(Lobby, new Retention { MaxMessages = 0 }, Noon, 1, Stop));
            Assert.False((await log.CheckAsync(Stop)).IsHealthy);
            Assert.Equal("a", await Texts(log)); // reading goes on
            Execute(stranger, "ROLLBACK");
        }

        Assert.True((await log.CheckAsync(Stop)).IsHealthy);
        Assert.Equal(2, await Append(log, "b", "m1"));
        Assert.Equal("a b", await Texts(log));
    }

    [Fact]
    public async Task While_it_waits_for_a_lock_only_so_much_waits_with_it()
    {
        Options = Options with { LockTimeout = TimeSpan.FromMinutes(5), MaxWaitingBytes = 10_000 };
        var log = Open();
        using var stranger = Stranger();
        Execute(stranger, "BEGIN IMMEDIATE");
        var waiting = new List<Task<LogReceipt>>();
        var refused = 0;
        for (var i = 0; i < 1_000; i++)
        {
            var append = log.AppendAsync(Lobby, [Entry($"{i}", $"m{i}")], Stop);
            Assert.True(log.WaitingBytes <= 10_000);
            if (append.IsFaulted)
            {
                var refusal = await Assert.ThrowsAsync<LogUnavailableException>(async () => await append);
                Assert.Contains("Messages come faster", refusal.Message, StringComparison.Ordinal);
                refused++;
            }
            else
            {
                waiting.Add(append.AsTask());
            }
        }

        Assert.InRange(waiting.Count, 40, 50); // 200 bytes for each, and a few of its own
        Assert.Equal(1_000, waiting.Count + refused);
        Assert.DoesNotContain(waiting, append => append.IsCompleted);
        Execute(stranger, "ROLLBACK");
        var receipts = await Task.WhenAll(waiting).Soon();
        Assert.Equal(Enumerable.Range(1, waiting.Count).Select(i => (long)i), receipts.Select(receipt => receipt.Places[0].Sequence));
        Assert.Equal(string.Join(' ', Enumerable.Range(0, waiting.Count)), await Texts(log));
        await Patience.Until(() => log.WaitingBytes == 0);
        Assert.Equal(waiting.Count + 1, await Append(log, "after"));
    }

    [Fact]
    public async Task An_append_that_can_never_fit_is_a_mistake()
    {
        Options = Options with { MaxWaitingBytes = 10_000 };
        var log = Open();
        await Assert.ThrowsAsync<ArgumentException>(() => Append(log, Large));
        Assert.Equal(1, await Append(log, Large[..9_700]));
    }

    [Fact]
    public async Task A_file_that_may_not_be_written_refuses_until_it_may()
    {
        var isReadOnly = false;
        Options = Options with { WriterOpened = connection => Execute(connection, $"PRAGMA query_only = {isReadOnly}") };
        var log = Open();
        await Append(log, "a");
        await log.DisposeAsync();
        isReadOnly = true;
        Options = Options with { WriterOpened = connection => Execute(connection, $"PRAGMA query_only = {isReadOnly && IsWriter()}") };
        log = Open();
        Assert.Contains("may not be written to", (await IsRefused(log, "b")).Message, StringComparison.Ordinal);
        Assert.False((await log.CheckAsync(Stop)).IsHealthy);
        Assert.Equal("a", await Texts(log));
        isReadOnly = false;
        Assert.True((await log.CheckAsync(Stop)).IsHealthy);
        Assert.Equal(2, await Append(log, "c"));
        Assert.Equal("a c", await Texts(log));

        static bool IsWriter() => Thread.CurrentThread.Name == "Switchboard message log";
    }

    [Fact]
    public async Task A_damaged_page_is_reported_and_nothing_on_it_is_made_up()
    {
        var log = Open();
        for (var i = 0; i < 50; i++)
        {
            await Append(log, $"{i} {Large}", $"m{i}");
        }

        var whole = await Texts(log);
        await log.DisposeAsync();
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Stop);
        var damaged = bytes.ToArray();
        damaged.AsSpan(4096 * 5).Fill(0xFF); // the first pages hold the schema and the roots
        await System.IO.File.WriteAllBytesAsync(File, damaged, Stop);

        log = Open();
        var unreadable = await Assert.ThrowsAsync<LogUnavailableException>(() => Texts(log));
        Assert.Contains("damaged", unreadable.Message, StringComparison.Ordinal);
        Assert.False(log.Health.IsHealthy);
        Assert.Contains("damaged", (await log.CheckAsync(Stop)).Problem, StringComparison.Ordinal);
        await IsRefused(log, "refused", "m7"); // a repeat that cannot be looked up
        await log.DisposeAsync();

        await System.IO.File.WriteAllBytesAsync(File, bytes, Stop);
        log = Open();
        Assert.Equal(whole, await Texts(log));
        Assert.Equal(51, await Append(log, "after"));
    }

    [Fact]
    public async Task When_the_disk_gives_back_what_was_written_the_log_is_well_again()
    {
        var log = Open();
        for (var i = 0; i < 50; i++)
        {
            await Append(log, $"{i} {Large}", $"m{i}");
        }

        var whole = await Texts(log);
        await log.DisposeAsync();
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Stop);
        log = Open();
        Overwrite(File, Enumerable.Repeat((byte)0xFF, bytes.Length - (4096 * 5)).ToArray(), 4096 * 5);
        await Assert.ThrowsAsync<LogUnavailableException>(() => Texts(log));
        Assert.False((await log.CheckAsync(Stop)).IsHealthy);

        Overwrite(File, bytes[(4096 * 5)..], 4096 * 5);
        Assert.True((await log.CheckAsync(Stop)).IsHealthy);
        Assert.Equal(whole, await Texts(log));
        Assert.Equal(51, await Append(log, "after"));
        Assert.Equal(8, await Append(log, "again", "m7"));

        static void Overwrite(string path, byte[] bytes, long at)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Position = at;
            file.Write(bytes);
        }
    }

    [Fact]
    public async Task What_others_do_to_the_database_is_seen_before_the_next_sequence_is_given()
    {
        var log = Open();
        await Append(log, "a");
        using (var stranger = Stranger())
        {
            Execute(stranger, "UPDATE rooms SET last = 41, first = 42");
            Execute(stranger, "DELETE FROM messages");
        }

        Assert.Equal(42, await Append(log, "b"));
        Assert.Equal("b", await Texts(log));
    }

    [Fact]
    public async Task What_cannot_be_stored_does_not_stay_with_whoever_comes_next()
    {
        // A trigger makes one message impossible: those that shared its transaction are refused with it, and are stored when they come again.
        var log = Open();
        await Append(log, "a");
        using var stranger = Stranger();
        Execute(stranger, "CREATE TRIGGER no BEFORE INSERT ON messages WHEN new.id = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END");
        Execute(stranger, "BEGIN IMMEDIATE");
        var appends = new[] { "m1", "bad", "m2" }.Select(id => Append(log, id, id)).ToArray();
        Execute(stranger, "ROLLBACK");
        await Task.WhenAll(appends).ContinueWith(_ => { }, TaskScheduler.Default).Soon();
        await IsRefused(log, "bad", "bad");
        await Append(log, "m1", "m1");
        await Append(log, "m2", "m2");
        Assert.Equal(["a", "m1", "m2"], (await Texts(log)).Split(' ').Order(StringComparer.Ordinal)); // each once, in the order in which they came through
    }

    [Fact]
    public async Task Text_that_is_no_text_is_refused_alone()
    {
        var log = Open();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Append(log, "a", "half \uD83D"));
        Assert.Equal(1, await Append(log, "b", "whole 😀"));
    }

    [Fact]
    public async Task A_log_that_was_cut_anywhere_by_the_end_of_the_machine_holds_whole_batches_and_all_that_was_acknowledged()
    {
        // Nothing moves from the write-ahead log to the database, so that all cuts are in the one file.
        Options = Options with { WriterOpened = connection => Execute(connection, "PRAGMA wal_autocheckpoint = 0") };
        var log = Open();
        var acknowledged = new List<(long Length, int Messages)>();
        var random = new Random(20260101);
        for (var batch = 0; batch < 25; batch++)
        {
            var entries = Enumerable.Range(0, random.Next(1, 6)).Select(i => Entry($"{batch}.{i}", random.Next(2) == 0 ? $"{batch}.{i}" : null)).ToArray();
            await log.AppendAsync(Lobby, entries, Stop);
            acknowledged.Add((new FileInfo(File + "-wal").Length, acknowledged.LastOrDefault().Messages + entries.Length));
        }

        var database = await System.IO.File.ReadAllBytesAsync(File, Stop);
        var ahead = ReadShared(File + "-wal");
        var cuts = acknowledged.SelectMany(end => new[] { end.Length - 1, end.Length, end.Length + 24 })
            .Concat(Enumerable.Range(0, 25).Select(_ => random.NextInt64(acknowledged[0].Length, ahead.Length)));
        foreach (var cut in cuts.Select(cut => (int)Math.Min(cut, ahead.Length)))
        {
            Options = new SqliteMessageLogOptions { Directory = NewFolder() };
            Directory.CreateDirectory(Options.Directory);
            await System.IO.File.WriteAllBytesAsync(File, database, Stop);
            await System.IO.File.WriteAllBytesAsync(File + "-wal", [.. ahead.AsSpan(0, cut), .. new byte[random.Next(2) * 5_000]], Stop);
            var recovered = Open();
            var kept = (int)(await recovered.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Last;
            Assert.Contains(kept, acknowledged.Select(end => end.Messages).Prepend(0));
            Assert.True(kept >= acknowledged.LastOrDefault(end => end.Length <= cut).Messages);
            Assert.Equal(kept, (await Texts(recovered)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal(kept + 1, await Append(recovered, "after"));
            await recovered.DisposeAsync();
        }
    }

    // SQLite has it open, and holds byte ranges of its own in it.
    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
