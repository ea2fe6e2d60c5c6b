namespace Switchboard.Rooms.Tests.InMemory;

/// <summary>What the log in memory does beyond the contract: its limits, and what it costs.</summary>
public class InMemoryMessageLogTests
{
    [Fact]
    public async Task A_room_that_was_dropped_is_not_listed_until_it_is_written_to_again()
    {
        var log = new InMemoryMessageLog(new InMemoryMessageLogOptions { MaxRooms = 3 });
        foreach (var room in (string[])["b", "d", "a", "c", "b", "e"])
        {
            await AppendAsync(log, room);
        }

        Assert.Equal(["b", "c", "e"], await ListAsync(log, null, 10));
        Assert.Equal(["c", "e"], await ListAsync(log, "b", 10));
        Assert.Equal(["b"], await ListAsync(log, "a", 1));
        Assert.Equal(["e"], await ListAsync(log, "d", 10));
        Assert.Empty(await ListAsync(log, "e", 10));
        await AppendAsync(log, "a");
        Assert.Equal(["a", "b", "e"], await ListAsync(log, null, 10));
    }

    [Fact]
    public async Task Whoever_nobody_wrote_to_for_longest_loses_its_messages_first_and_then_its_place()
    {
        // Two messages of one byte, and what each takes beside it.
        var log = new InMemoryMessageLog(new InMemoryMessageLogOptions { MaxRooms = 4, MaxBytes = 2 * 129 });
        foreach (var room in (string[])["a", "b", "c", "d"])
        {
            await AppendAsync(log, room);
        }

        Assert.Equal([("a", 0), ("b", 0), ("c", 1), ("d", 1)], await KeptAsync(log));
        await AppendAsync(log, "a");
        Assert.Equal([("a", 1), ("b", 0), ("c", 0), ("d", 1)], await KeptAsync(log));
        await AppendAsync(log, "e");
        Assert.Equal([("a", 1), ("c", 0), ("d", 0), ("e", 1)], await KeptAsync(log));
        await AppendAsync(log, "c");
        await AppendAsync(log, "f");
        Assert.Equal([("a", 0), ("c", 1), ("e", 0), ("f", 1)], await KeptAsync(log));
        Assert.Equal(2, (await log.ReadAsync(Say.Name("a"), HistoryQuery.Position, TestContext.Current.CancellationToken)).Last);
        await AppendAsync(log, "g");
        await AppendAsync(log, "h");
        await AppendAsync(log, "i");
        Assert.Equal([("f", 0), ("g", 0), ("h", 1), ("i", 1)], await KeptAsync(log));
    }

    [Fact]
    public async Task A_page_of_many_rooms_costs_about_its_length()
    {
        var (few, many) = (new InMemoryMessageLog(), new InMemoryMessageLog());
        for (var i = 0; i < 20_000; i++)
        {
            await AppendAsync(many, $"room-{i:00000}");
            if (i % 200 == 0)
            {
                await AppendAsync(few, $"room-{i:00000}");
            }
        }

        var ofFew = await AllocatedAsync(few);
        var ofMany = await AllocatedAsync(many);

        TestContext.Current.TestOutputHelper?.WriteLine($"A page of 10 rooms takes {ofFew} bytes of 100, {ofMany} of 20,000.");
        Assert.InRange(ofMany, 1, 2 * ofFew);

        // Nothing else is counted: the log never waits, so all of it happens on this thread.
        static async Task<long> AllocatedAsync(InMemoryMessageLog log)
        {
            await ListAsync(log, "room-10000", 10);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var page = log.ListAsync(Say.Name("room-10000"), 10, CancellationToken.None);
            var after = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(10, (await page).Count);
            return after - before;
        }
    }

    private static async Task AppendAsync(InMemoryMessageLog log, string room) => await log.AppendAsync(
        Say.Name(room),
        [new LogEntry { Payload = Say.Bytes("x"), Kind = RoomMessageKind.Text, At = DateTimeOffset.UnixEpoch }],
        TestContext.Current.CancellationToken);

    private static async Task<IEnumerable<(string Room, int Messages)>> KeptAsync(InMemoryMessageLog log)
    {
        var kept = new List<(string, int)>();
        foreach (var room in await ListAsync(log, null, 100))
        {
            kept.Add((room, (await log.ReadAsync(Say.Name(room), HistoryQuery.Newest(10), TestContext.Current.CancellationToken)).Messages.Count));
        }

        return kept;
    }

    private static async Task<IEnumerable<string>> ListAsync(InMemoryMessageLog log, string? after, int limit) =>
        (await log.ListAsync(after is null ? null : Say.Name(after), limit, TestContext.Current.CancellationToken)).Select(room => room.ToString());
}
