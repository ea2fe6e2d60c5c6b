using Switchboard.Transports.Memory;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>However a connection ends, its member is gone, and the others stay.</summary>
public sealed class LeavingTests
{
    [Fact]
    public async Task A_member_that_closes_leaves()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");

        await ada.Socket.CloseAsync().Soon();

        await Patience.Until(() => house.NamesIn("lobby") is ["bob"]);
        bob.Say("alone");
        Assert.Equal(["alone"], await bob.HearAsync(1));
    }

    [Fact]
    public async Task A_member_that_is_cut_off_leaves()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");

        ada.Socket.Abort();

        await Patience.Until(() => house.NamesIn("lobby") is ["bob"]);
        bob.Say("alone");
        Assert.Equal(["alone"], await bob.HearAsync(1));
    }

    [Fact]
    public async Task A_member_whose_line_breaks_leaves()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada");
        var line = house.Network.Links.Single();
        var bob = await house.GuestAsync("lobby", "bob");

        line.Cut();

        Assert.Equal(CloseCode.AbnormalClosure, (await ada.Closed.Soon()).Code);
        await Patience.Until(() => house.NamesIn("lobby") is ["bob"]);
        bob.Say("alone");
        Assert.Equal(["alone"], await bob.HearAsync(1));
    }

    [Fact]
    public async Task A_member_that_breaks_the_protocol_leaves()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada");
        await house.GuestAsync("lobby", "bob");

        // Text that is not UTF-8.
        Assert.True(ada.Socket.Send([0xFF], MessageType.Text));

        Assert.Equal(CloseCode.InvalidPayload, (await ada.Closed.Soon()).Code);
        await Patience.Until(() => house.NamesIn("lobby") is ["bob"]);
    }

    [Fact]
    public async Task A_connection_that_has_ended_before_it_joins_leaves_no_ghost()
    {
        var network = new MemoryNetwork();
        var rooms = new RoomSockets();
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = network });
        server.OnConnectionAsync += async (socket, _) =>
        {
            // As a handler does that looks something up first.
            await socket.Closed;
            Assert.True(RoomName.TryParse("lobby", out var lobby, out var _));
            rooms.Join(socket, lobby, "ghost");
            joined.SetResult();
        };
        server.Start();
        var client = new WebSocket($"ws://127.0.0.1:{server.Port}/", new WebSocketClientOptions { Transport = network });
        client.OnOpen += client.Abort;

        await joined.Task.Soon();

        Assert.Empty(rooms.Directory.List());
    }

    [Fact]
    public async Task The_list_of_members_is_right_after_much_coming_and_going()
    {
        await using var house = new House();
        var staying = await house.GuestAsync("lobby", "staying");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            for (var round = 0; round < 25; round++)
            {
                var guest = await house.GuestAsync("lobby", $"guest-{i}-{round}");
                guest.Say($"{i}-{round}");
                if (round % 2 == 0)
                {
                    await guest.Socket.CloseAsync().Soon();
                }
                else
                {
                    await Patience.Until(() => guest.Heard.Contains($"{i}-{round}"));
                    guest.Socket.Abort();
                }
            }
        }));

        await Patience.Until(() => house.NamesIn("lobby") is ["staying"]);
        Assert.Equal(200, (await staying.HearAsync(200)).Count);
        var room = Assert.Single(house.Rooms.Directory.List());
        Assert.Equal(1, room.MemberCount);
    }

    [Fact]
    public async Task A_stop_of_the_server_empties_the_rooms_and_says_1001_to_every_member()
    {
        await using var house = new House(new RoomOptions { HistoryLength = 0 });
        var guests = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => house.GuestAsync($"room-{i % 4}", $"guest-{i}")));

        await house.StopAsync().Soon();

        foreach (var guest in guests)
        {
            Assert.Equal(CloseCode.GoingAway, (await guest.Closed.Soon()).Code);
        }

        await Patience.Until(() => house.Rooms.Directory.List().Count == 0);
    }
}
