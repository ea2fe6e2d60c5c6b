namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>However and whenever a connection ends, its members are gone, and the others stay.</summary>
public sealed class LeavingTests
{
    public static TheoryData<bool, string> Ends => new MatrixTheoryData<bool, string>([false, true], ["close", "abort", "cut", "protocol"]);

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_member_whose_connection_ends_leaves(bool isJson, string how)
    {
        await using var house = new House();
        Guest ada = isJson ? await house.JsonGuestAsync("lobby", "ada") : await house.GuestAsync("lobby", "ada");
        var line = house.Network.Links.Single();
        var bob = await house.GuestAsync("lobby", "bob");

        switch (how)
        {
            case "close":
                await ada.Socket.CloseAsync().Soon();
                break;
            case "abort":
                ada.Socket.Abort();
                break;
            case "cut":
                line.Cut();
                break;
            default:
                // Text that is not UTF-8.
                Assert.True(ada.Socket.Send([0xFF], MessageType.Text));
                break;
        }

        await Patience.Until(async () => await house.NamesInAsync("lobby") is ["bob"]);
        bob.Say("alone");
        Assert.Equal(["alone"], await bob.HearAsync(1));
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "&since=0")]
    [InlineData(true, "&since=0")]
    public async Task A_connection_that_ends_while_it_joins_leaves_nobody_behind_and_no_failure(bool isJson, string query)
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log, TailLength = 0 });
        await house.PublishAsync("lobby", "one");
        await Patience.Until(() => house.Rooms.Directory.Count == 0);
        log.HoldReads();
        Guest ada = isJson ? house.JsonKnock("lobby", "ada", query) : house.Knock("lobby", "ada", query);
        await Patience.Until(() => log.Waiting > 0);

        ada.Socket.Abort();
        await house.SocketOf("ada").Closed.Soon();
        log.Read();

        await Patience.Until(() => house.Rooms.Directory.Count == 0);
        Assert.Empty(await house.NamesInAsync("lobby"));
        Assert.NotEqual(FailureKind.Handler, house.SocketOf("ada").Failure?.Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_ends_while_it_hears_the_past_leaves_nobody_behind(bool isJson)
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log, TailLength = 0 });
        for (var i = 0; i < 600; i++)
        {
            await house.PublishAsync("lobby", new string('x', 1000));
        }

        Guest ada = isJson ? house.JsonKnock("lobby", "ada", "&since=0") : house.Knock("lobby", "ada", "&since=0");
        await ada.StopReading().Soon();
        house.Network.Links.Single().Cut();

        await Patience.Until(() => house.Rooms.Directory.Count == 0);
        Assert.Empty(await house.NamesInAsync("lobby"));
    }

    [Fact]
    public async Task A_connection_that_ends_while_its_message_is_stored_leaves_nobody_behind_and_the_message_is_there()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log });
        var ada = await house.JsonGuestAsync("lobby", "ada");
        log.HoldCommits();
        ada.Say("""{"type":"publish","id":"m1","data":"said"}""");
        await Patience.Until(() => log.Waiting > 0);

        ada.Socket.Abort();
        await Patience.Until(async () => await house.NamesInAsync("lobby") is []);
        log.Commit();

        await Patience.Until(() => house.Rooms.Directory.Count == 0);
        Assert.Equal(["said"], await (await house.JsonGuestAsync("lobby", "bob", "&last=9")).MessagesAsync(1, 1));
    }

    [Fact]
    public async Task A_connection_in_many_rooms_leaves_all_of_them()
    {
        await using var house = new House();
        var ada = await house.JsonGuestAsync("", "ada");
        for (var i = 0; i < 100; i++)
        {
            ada.Say($$"""{"type":"join","room":"room-{{i}}"}""");
            await ada.NextAsync("joined");
        }

        Assert.Equal(100, house.Rooms.Directory.Count);
        ada.Socket.Abort();

        await Patience.Until(() => house.Rooms.Directory.Count == 0);
    }

    [Theory]
    [InlineData("lobby")]
    [InlineData("")]
    public async Task A_member_whose_past_cannot_be_read_is_told_that_it_has_left_and_can_come_back(string own)
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log, TailLength = 0 });
        await house.PublishAsync("lobby", "one");
        await house.GuestAsync("lobby", "bob");
        log.IsBroken = true;

        var ada = await house.JsonGuestAsync(own, "ada", "&since=0");
        if (own.Length == 0)
        {
            ada.Say("""{"type":"join","room":"lobby","since":0}""");
            await ada.NextAsync("joined");
        }

        await ada.RefusedAsync("unavailable");
        await ada.HearsAsync("""{"type":"left","room":"lobby"}""");
        Assert.Equal(["bob"], await house.NamesInAsync("lobby"));
        log.IsBroken = false;
        if (own.Length > 0)
        {
            Assert.Equal(CloseCode.TryAgainLater, await ada.CodeAsync());
            return;
        }

        ada.Say("""{"type":"join","room":"lobby","since":0}""");
        await ada.NextAsync("joined");
        await ada.MessagesAsync(1, 1);
    }

    [Fact]
    public async Task What_a_member_lacks_and_cannot_be_read_is_nothing_to_who_has_left_and_joined_anew()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log, TailLength = 0 });
        await house.PublishAsync("lobby", "one");
        await house.GuestAsync("lobby", "bob");
        log.HoldReads();
        var ada = await house.JsonGuestAsync("lobby", "ada", "&since=0");
        ada.Say("""{"type":"leave"}""");
        await ada.NextAsync("left");
        ada.Say("""{"type":"join","room":"lobby"}""");
        await ada.NextAsync("joined");

        log.IsBroken = true;
        log.Read();
        await Patience.Until(() => log.Waiting == 0);
        log.IsBroken = false;

        await house.PublishAsync("lobby", "two");
        await ada.MessagesAsync(2, 2);
        ada.Say("""{"type":"publish","data":"three"}""");
        await ada.MessagesAsync(3, 3);
        Assert.Equal(["bob", "ada"], await house.NamesInAsync("lobby"));
    }

    [Fact]
    public async Task A_connection_that_has_ended_before_it_joins_leaves_no_ghost()
    {
        var network = new Transports.Memory.MemoryNetwork();
        await using var rooms = new RoomSockets();
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = network });
        server.OnConnectionAsync += async (socket, _) =>
        {
            // As a handler does that looks something up first.
            await socket.Closed;
            await rooms.AcceptAsync(socket, RoomIdentity.Anonymous("ghost"), House.Name("lobby"));
            joined.SetResult();
        };
        server.Start();
        var client = new WebSocket($"ws://127.0.0.1:{server.Port}/", new WebSocketClientOptions { Transport = network });
        client.OnOpen += client.Abort;

        await joined.Task.Soon();

        await Patience.Until(() => rooms.Directory.Count == 0);
        Assert.Empty((await rooms.Directory.MembersAsync(House.Name("lobby"), 10, TestContext.Current.CancellationToken)).Members);
    }

    [Fact]
    public async Task The_list_of_members_is_right_after_much_coming_and_going()
    {
        await using var house = new House();
        var staying = await house.GuestAsync("lobby", "staying");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            for (var round = 0; round < 15; round++)
            {
                Guest guest = round % 2 == 0 ? await house.JsonGuestAsync("lobby", $"guest-{i}-{round}") : await house.GuestAsync("lobby", $"guest-{i}-{round}");
                guest.Say(round % 2 == 0 ? $$"""{"type":"publish","data":"said {{i}}-{{round}}"}""" : $"said {i}-{round}");
                await Patience.Until(() => guest.Heard.Any(text => text.Contains($"said {i}-{round}", StringComparison.Ordinal)));
                if (round % 3 == 0)
                {
                    await guest.Socket.CloseAsync().Soon();
                }
                else
                {
                    guest.Socket.Abort();
                }
            }
        }));

        await Patience.Until(async () => await house.NamesInAsync("lobby") is ["staying"]);
        Assert.Equal(120, (await staying.HearAsync(120)).Count);
        Assert.Equal(1, Assert.Single(house.Rooms.Directory.List()).MemberCount);
    }

    [Fact]
    public async Task A_stop_of_the_server_empties_the_rooms_and_says_1001_to_every_member()
    {
        await using var house = new House();
        var guests = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => i % 2 == 0
            ? await house.GuestAsync($"room-{i % 4}", $"guest-{i}")
            : await house.JsonGuestAsync($"room-{i % 4}", $"guest-{i}")));

        await house.StopAsync().Soon();

        foreach (var guest in guests)
        {
            Assert.Equal(CloseCode.GoingAway, await guest.CodeAsync());
        }

        await Patience.Until(() => house.Rooms.Directory.Count == 0);
    }
}
