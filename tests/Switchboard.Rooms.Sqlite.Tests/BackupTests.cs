namespace Switchboard.Rooms.Sqlite.Tests;

public sealed class BackupTests : LogTest
{
    [Fact]
    public async Task A_backup_is_one_file_that_a_store_begins_with_in_another_epoch()
    {
        var log = Open();
        await Append(log, "a", "m1");
        await Append(log, "b");
        var epoch = (await log.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Epoch;
        var folder = Directory.CreateDirectory(NewFolder()).FullName;
        await log.BackupAsync(Path.Combine(folder, "switchboard.db"), Stop);
        Assert.Equal(["switchboard.db"], Directory.GetFiles(folder).Select(Path.GetFileName));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Path.Combine(folder, "switchboard.db")));
        }

        Assert.Equal(3, await Append(log, "c"));
        Assert.Equal(epoch, (await log.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Epoch);

        Options = Options with { Directory = folder };
        var restored = Open();
        Assert.Equal("a b", await Texts(restored));
        Assert.NotEqual(epoch, (await restored.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Epoch);
        Assert.Equal(1, await Append(restored, "again", "m1"));
        Assert.Equal(3, await Append(restored, "another c"));
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        var log = Open();
        await Append(log, "a");
        var path = NewFolder();
        await System.IO.File.WriteAllTextAsync(path, "precious", Stop);
        Assert.Contains("overwrites nothing", (await Assert.ThrowsAsync<IOException>(async () => await log.BackupAsync(path, Stop))).Message, StringComparison.Ordinal);
        Assert.Equal("precious", await System.IO.File.ReadAllTextAsync(path, Stop));
    }

    [Fact]
    public async Task Where_there_is_no_folder_there_is_no_backup()
    {
        var log = Open();
        await Assert.ThrowsAnyAsync<IOException>(async () => await log.BackupAsync(Path.Combine(NewFolder(), "missing", "backup.db"), Stop));
    }

    [Fact]
    public async Task It_is_of_one_moment_while_others_publish()
    {
        var log = Open();
        using var over = new CancellationTokenSource();
        var publishing = Task.Run(
            async () =>
            {
                var last = 0L;
                while (!over.IsCancellationRequested)
                {
                    last = (await log.AppendAsync(Lobby, [Entry("x"), Entry("y"), Entry("z")], Stop)).Places[2].Sequence;
                }

                return last;
            },
            Stop);
        var folder = Directory.CreateDirectory(NewFolder()).FullName;
        for (var i = 0; i < 3; i++)
        {
            var before = (await log.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Last;
            var place = Directory.CreateDirectory(Path.Combine(folder, $"{i}")).FullName;
            await log.BackupAsync(Path.Combine(place, "switchboard.db"), Stop);
            Options = Options with { Directory = place };
            var restored = Open();
            var page = await restored.ReadAsync(Lobby, HistoryQuery.Behind(0, int.MaxValue), Stop);
            Assert.True(page.Last >= before);
            Assert.Equal(page.Last, page.Messages.Count);
            Assert.Equal(0, page.Last % 3);
        }

        await over.CancelAsync();
        Assert.Equal(await publishing, (await log.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Last);
    }
}
