namespace Switchboard.Rooms.ContractTests;

/// <summary>What an <see cref="IMessageLog"/> does besides if its messages outlive the process.</summary>
public abstract class DurableMessageLogContract : MessageLogContract
{
    private static readonly RoomName Lobby = Room("lobby");

    [Fact]
    public async Task Messages_and_positions_are_there_when_the_store_is_opened_again()
    {
        var log = await NewLogAsync();
        var receipt = await log.AppendAsync(Lobby, [Entry("a", "m1"), Entry("b"), Entry("c")], Stop);
        await log.TrimAsync(Lobby, new Retention { MaxMessages = 2 }, Noon, 1, Stop);

        log = Keep(await ReopenAsync(log));
        var page = await All(log, Lobby);
        Assert.Equal((receipt.Epoch, 2L, 3L, "b c"), (page.Epoch, page.First, page.Last, Texts(page)));
        Assert.Equal([Lobby], await log.ListAsync(null, 10, Stop));
        Assert.Equal([4L], await Append(log, Lobby, Entry("d")));
    }

    [Fact]
    public async Task Ids_are_remembered_when_the_store_is_opened_again()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entry("a"), Entry("b", "m1"));
        log = Keep(await ReopenAsync(log));
        Assert.Equal(new LogPlace(2, Noon, IsRepeat: true), (await log.AppendAsync(Lobby, [Entry("again", "m1", at: Noon.AddDays(1))], Stop)).Places[0]);
        Assert.Equal("a b", Texts(await All(log, Lobby)));
    }

    [Fact]
    public async Task The_sequence_goes_on_when_all_was_forgotten_and_the_store_is_opened_again()
    {
        var log = await NewLogAsync();
        await Append(log, Lobby, Entries(5));
        await log.TrimAsync(Lobby, new Retention { MaxAge = TimeSpan.FromHours(1) }, Noon.AddDays(1), 10, Stop);
        log = Keep(await ReopenAsync(log));
        var page = await All(log, Lobby);
        Assert.Equal((6L, 5L), (page.First, page.Last));
        Assert.Equal([6L], await Append(log, Lobby, Entry("a")));
    }

    [Fact]
    public async Task A_room_that_nobody_knows_has_the_same_epoch_when_the_store_is_opened_again()
    {
        var log = await NewLogAsync();
        var epoch = (await log.ReadAsync(Lobby, HistoryQuery.Position, Stop)).Epoch;
        log = Keep(await ReopenAsync(log));
        Assert.Equal(epoch, (await log.AppendAsync(Lobby, [Entry("a")], Stop)).Epoch);
    }

    [Fact]
    public async Task What_was_begun_before_the_store_is_closed_is_there_or_refused()
    {
        var log = await NewLogAsync();
        var appends = Enumerable.Range(0, 200).Select(i => log.AppendAsync(Lobby, [Entry($"{i}", $"m{i}")], Stop).AsTask()).ToArray();
        log = Keep(await ReopenAsync(log));
        var stored = (await All(log, Lobby)).Messages.ToDictionary(message => message.Id!, message => message.Sequence);
        for (var i = 0; i < appends.Length; i++)
        {
            await ((Task)appends[i]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.True(!appends[i].IsCompletedSuccessfully || stored[$"m{i}"] == (await appends[i]).Places[0].Sequence);
        }
    }

    /// <summary>Closes a log and opens its store again.</summary>
    protected abstract ValueTask<IMessageLog> ReopenAsync(IMessageLog log);
}
