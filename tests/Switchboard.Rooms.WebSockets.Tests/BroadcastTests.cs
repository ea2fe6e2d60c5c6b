using Switchboard.Transports.Sockets;

namespace Switchboard.Rooms.WebSockets.Tests;

public sealed class BroadcastTests
{
    [Fact]
    public async Task A_slow_member_delays_nobody_is_closed_when_its_backlog_is_full_and_the_room_goes_on()
    {
        await using var house = new House(maxBacklogBytes: 256 * 1024);
        var slow = await house.GuestAsync("lobby", "slow");
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");
        var closed = new TaskCompletionSource<CloseCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        house.SocketOf("slow").OnClose += (code, _) => closed.SetResult(code);

        // From its first message on it reads nothing.
        var stopped = slow.StopReading();
        ada.Say("stop");
        await stopped.Soon();

        // Many times what the line and the backlog hold, as fast as the others can take it.
        var text = new string('x', 1000);
        for (var i = 1; i <= 2000; i++)
        {
            ada.Say(text);
            if (i % 100 == 0)
            {
                await ada.HearAsync(i + 1);
                await bob.HearAsync(i + 1);
            }

            Assert.InRange(house.SocketOf("slow").BufferedAmount, 0, 256 * 1024);
        }

        Assert.Equal(CloseCode.TryAgainLater, await closed.Task.Soon());
        Assert.Equal(["ada", "bob"], house.NamesIn("lobby"));
        ada.Say("we go on");
        Assert.Equal("we go on", (await bob.HearAsync(2002))[^1]);
        Assert.False(ada.Closed.IsCompleted || bob.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_message_is_framed_once_however_many_members_get_it()
    {
        const int size = 32 * 1024, rounds = 10;

        // Over real sockets, where a send copies into pooled buffers only: what is allocated are messages and frames.
        await using var house = new House(transport: SocketTransportFactory.Instance);
        var guests = new List<Guest> { await house.GuestAsync("lobby", "guest-0") };
        var text = new string('x', size);

        async Task<long> MeasureAsync()
        {
            var allocated = 0L;
            for (var round = 0; round < rounds; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                house.Publish("lobby", text);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                foreach (var guest in guests)
                {
                    await Patience.Until(() => guest.Heard.Count > 0);
                }

                guests.ForEach(guest => guest.Forget());
            }

            return allocated;
        }

        await MeasureAsync();
        var forOne = await MeasureAsync();
        for (var i = 1; i < 64; i++)
        {
            guests.Add(await house.GuestAsync("lobby", $"guest-{i}"));
        }

        await MeasureAsync();
        var forMany = await MeasureAsync();

        // A frame for each would be 63 times the size more in each round; a pool that runs dry costs a buffer or two.
        Assert.InRange(forMany - forOne, long.MinValue, 8L * size * rounds);
    }
}
