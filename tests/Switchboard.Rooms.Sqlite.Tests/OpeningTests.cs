namespace Switchboard.Rooms.Sqlite.Tests;

public sealed class OpeningTests : LogTest
{
    [Fact]
    public async Task The_folder_is_made_for_its_owner_alone()
    {
        Options = Options with { Directory = Path.Combine(NewFolder(), "deep", "er") };
        var log = Open();
        await Append(log, "a");
        var files = Directory.GetFiles(Options.Directory);
        Assert.Equal(
            ["switchboard.db", "switchboard.db-shm", "switchboard.db-wal", "switchboard.lock"],
            files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Options.Directory));
            foreach (var file in files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task A_second_server_is_refused_and_the_first_does_not_notice()
    {
        var first = Open();
        await Append(first, "a");
        var refusal = Assert.Throws<LogUnavailableException>(() => Open());
        Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Options.Directory, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, await Append(first, "b"));
        await first.DisposeAsync();
        Assert.Equal("a b", await Texts(Open()));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_not_said_to_be_in_use()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A link that leads to itself needs rights there.");
        var theLock = Path.Combine(Directory.CreateDirectory(Options.Directory).FullName, "switchboard.lock");
        System.IO.File.CreateSymbolicLink(theLock, theLock);
        var refusal = Assert.Throws<LogUnavailableException>(() => Open());
        Assert.Contains("cannot be opened", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await Open().DisposeAsync();
        using (var stranger = Stranger())
        {
            Execute(stranger, "PRAGMA user_version = 999");
        }

        for (var i = 0; i < 2; i++)
        {
            var refusal = Assert.Throws<LogUnavailableException>(() => Open());
            Assert.Contains("written by a newer version of Switchboard: its schema is 999, and the newest that this version knows is 1", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_schema_is_that_of_the_files_and_is_made_once()
    {
        await Open().DisposeAsync();
        await Open().DisposeAsync();
        using var stranger = Stranger();
        using var version = new Statement(stranger, "PRAGMA user_version");
        Assert.True(version.Step());
        Assert.Equal(1, version.Number(0));
        using var tables = new Statement(stranger, "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)");
        Assert.True(tables.Step());
        Assert.Equal("messages rooms store", tables.Text(0));
    }

    [Fact]
    public async Task A_commit_is_on_the_disk()
    {
        // FULL: the write-ahead log is flushed before a commit is complete. 2 is SQLite's number for it.
        var settings = new List<(string?, long)>();
        Options = Options with
        {
            WriterOpened = connection =>
            {
                using var mode = new Statement(connection, "PRAGMA journal_mode");
                using var synchronous = new Statement(connection, "PRAGMA synchronous");
                Assert.True(mode.Step() && synchronous.Step());
                settings.Add((mode.Text(0), synchronous.Number(0)));
            },
        };
        await Append(Open(), "a");
        Assert.Equal([("wal", 2L), ("wal", 2L)], settings); // the one that migrates, and the one that writes
    }

    [Theory]
    [InlineData("this is no database, and not even 100 bytes long")]
    [InlineData("SQLite format 3\0 but nothing of the sort behind that, for as long as a header is, which is one hundred bytes in all, and a bit")]
    public void Something_else_in_its_place_is_refused(string content)
    {
        Directory.CreateDirectory(Options.Directory);
        System.IO.File.WriteAllText(File, content);
        var refusal = Assert.Throws<LogUnavailableException>(() => Open());
        Assert.Contains(File, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(content, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused()
    {
        var folder = NewFolder();
        System.IO.File.WriteAllText(folder, "a file");
        Options = Options with { Directory = Path.Combine(folder, "store") };
        Assert.Contains("cannot be opened", Assert.Throws<LogUnavailableException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => SqliteMessageLog.Open(Options with { Directory = " " }));
        Assert.ThrowsAny<ArgumentException>(() => SqliteMessageLog.Open(Options with { MaxWaitingBytes = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => SqliteMessageLog.Open(Options with { MaxReaders = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => SqliteMessageLog.Open(Options with { LockTimeout = TimeSpan.FromSeconds(-1) }));
        Assert.False(Directory.Exists(Options.Directory));
    }

    [Fact]
    public async Task What_is_disposed_is_not_used()
    {
        var log = Open();
        await log.DisposeAsync();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Append(log, "a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Texts(log));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.BackupAsync(NewFolder(), Stop));
    }
}
