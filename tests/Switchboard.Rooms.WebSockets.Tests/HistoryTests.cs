using System.Globalization;

namespace Switchboard.Rooms.WebSockets.Tests;

public sealed class HistoryTests
{
    [Fact]
    public async Task A_newcomer_first_gets_as_much_of_the_past_as_it_asked_for()
    {
        await using var house = new House();
        for (var i = 1; i <= 5; i++)
        {
            house.Publish("lobby", $"{i}");
        }

        var some = await house.GuestAsync("lobby", "some", "&last=2");
        var all = await house.GuestAsync("lobby", "all", "&last=1000");
        var none = await house.GuestAsync("lobby", "none");
        house.Publish("lobby", "6");

        Assert.Equal(["4", "5", "6"], await some.HearAsync(3));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], await all.HearAsync(6));
        Assert.Equal(["6"], await none.HearAsync(1));
    }

    [Fact]
    public async Task Then_what_is_said_without_a_gap_and_without_a_repetition_while_another_floods()
    {
        await using var house = new House(maxBacklogBytes: 64 * 1024 * 1024);
        house.Network.Split = available => Random.Shared.Next(1, available + 1);
        using var over = new CancellationTokenSource();
        var flood = Task.Run(
            () =>
            {
                for (var i = 1; !over.IsCancellationRequested; i++)
                {
                    house.Publish("lobby", $"{i}");
                    if (i % 20 == 0)
                    {
                        // A flood that nobody can drink is another test's.
                        Thread.Sleep(1);
                    }
                }
            },
            TestContext.Current.CancellationToken);

        for (var round = 0; round < 10; round++)
        {
            var guests = Enumerable.Range(0, 4).Select(i => house.Knock("lobby", $"guest-{round}-{i}", "&last=50")).ToArray();
            foreach (var guest in guests)
            {
                var heard = (await guest.HearAsync(100)).Take(100).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
                guest.Socket.Abort();
                Assert.Equal(Enumerable.Range(heard[0], 100), heard);
            }
        }

        await over.CancelAsync();
        await flood.Soon();
        await Patience.Until(() => house.NamesIn("lobby").Count == 0);
    }

    [Fact]
    public async Task A_past_of_the_largest_messages_does_not_cost_a_newcomer_its_connection()
    {
        await using var house = new House();
        var large = new byte[64 * 1024];
        for (var i = 0; i < 100; i++)
        {
            large[0] = (byte)i;
            house.Rooms.Directory.Publish(Lobby, large, RoomMessageKind.Binary);
        }

        // It is as large as what waits for a client may be, and this client reads nothing before it has all been sent.
        house.Network.Capacity = 1;
        var ada = house.Knock("lobby", "ada", "&last=100");
        await Patience.Until(() => house.NamesIn("lobby").Count == 1 || ada.Closed.IsCompleted);
        house.Network.Capacity = 1024 * 1024;
        house.Publish("lobby", "live");

        await Patience.Until(() => ada.Closed.IsCompleted || ada.Heard is [.., "live"]);
        Assert.False(ada.Closed.IsCompleted, ada.Closed.IsCompleted ? $"{await ada.Closed}" : "");
        Assert.Equal(99, ada.Messages[^2].Data.Span[0]);
    }

    private static RoomName Lobby => RoomName.TryParse("lobby", out var name, out _) ? name : throw new InvalidOperationException();
}
