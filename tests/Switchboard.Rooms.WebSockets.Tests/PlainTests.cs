namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>The plain format: messages as they are, and what else is to be said is said by the close code.</summary>
public sealed class PlainTests
{
    [Fact]
    public async Task What_one_sends_all_in_the_room_get_the_sender_too()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");
        var eve = await house.GuestAsync("elsewhere", "eve");

        ada.Say("Hello everyone");
        Assert.Equal(["Hello everyone"], await bob.HearAsync(1));
        bob.Say("Hello Ada");

        Assert.Equal(["Hello everyone", "Hello Ada"], await ada.HearAsync(2));
        Assert.Equal(["Hello everyone", "Hello Ada"], await bob.HearAsync(2));
        Assert.Empty(eve.Heard);
    }

    [Fact]
    public async Task A_sender_that_wants_no_echo_does_not_get_its_own()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada", "&echo=0");
        var bob = await house.GuestAsync("lobby", "bob");

        ada.Say("mine");
        await bob.HearAsync(1);
        bob.Say("yours");

        Assert.Equal(["yours"], await ada.HearAsync(1));
        Assert.Equal(["mine", "yours"], await bob.HearAsync(2));
    }

    [Fact]
    public async Task Text_stays_text_and_binary_stays_binary()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");

        ada.Say("grüße 👋");
        Assert.True(ada.Socket.Send([0xFF, 0x00, 0xFE]));
        Assert.True(ada.Socket.Send([], MessageType.Text));
        Assert.True(ada.Socket.Send([], MessageType.Binary));
        await bob.HearAsync(4);

        Assert.Equal([MessageType.Text, MessageType.Binary, MessageType.Text, MessageType.Binary], bob.Messages.Select(message => message.Type));
        Assert.Equal("grüße 👋", bob.Messages[0].Text);
        Assert.Equal([0xFF, 0x00, 0xFE], bob.Messages[1].Data.ToArray());
        Assert.Equal(0, bob.Messages[2].Data.Length + bob.Messages[3].Data.Length);
    }

    [Fact]
    public async Task A_message_over_the_room_s_limit_ends_its_sender_with_1009_and_nobody_else()
    {
        await using var house = new House(new RoomOptions { Rules = House.Quiet(new RoomSettings { MaxMessageBytes = 1000 }) });
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");

        ada.Say(new string('a', 1000));
        ada.Say(new string('a', 1001));

        var (code, reason) = await ada.Closed.Soon();
        Assert.Equal(CloseCode.MessageTooBig, code);
        Assert.Contains("1000", reason, StringComparison.Ordinal);
        await Patience.Until(async () => await house.NamesInAsync("lobby") is ["bob"]);
        bob.Say("still here");
        Assert.Equal([new string('a', 1000), "still here"], await bob.HearAsync(2));
    }

    [Fact]
    public async Task Who_is_away_comes_back_behind_the_last_message_that_it_has()
    {
        await using var house = new House();
        for (var i = 1; i <= 300; i++)
        {
            await house.PublishAsync("lobby", $"{i}");
        }

        var last = await house.GuestAsync("lobby", "last", "&last=3");
        var since = await house.GuestAsync("lobby", "since", "&since=10");
        Assert.Equal(["298", "299", "300"], await last.HearAsync(3));
        Assert.Equal(Enumerable.Range(11, 290).Select(i => $"{i}"), await since.HearAsync(290));
        last.Say("live");
        Assert.Equal("live", (await since.HearAsync(291))[^1]);
        Assert.Equal("live", (await last.HearAsync(4))[^1]);
    }

    [Theory]
    [InlineData("&since=99")]
    [InlineData("&since=1&epoch=01234567-89ab-cdef-0123-456789abcdef")]
    public async Task A_position_that_is_gone_closes_with_4410_and_leaves_nobody_behind(string query)
    {
        await using var house = new House();
        await house.PublishAsync("lobby", "one");

        var guest = house.Knock("lobby", "ada", query);

        Assert.Equal((CloseCode)4410, await guest.CodeAsync());
        Assert.Empty(guest.Heard);
        await Patience.Until(async () => await house.NamesInAsync("lobby") is []);
    }

    [Fact]
    public async Task Who_is_too_fast_is_slowed_down_and_loses_nothing()
    {
        await using var house = new House(new RoomOptions { Rules = House.Quiet(new RoomSettings { Rate = new RateLimit { PerSecond = 500, Burst = 5 } }) });
        var ada = await house.GuestAsync("lobby", "ada");

        for (var i = 0; i < 100; i++)
        {
            ada.Say($"{i}");
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), await ada.HearAsync(100));
        Assert.False(ada.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_closes_with_1013()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log });
        var ada = await house.GuestAsync("lobby", "ada");
        log.IsBroken = true;

        ada.Say("lost");

        Assert.Equal(CloseCode.TryAgainLater, await ada.CodeAsync());
        Assert.Empty(ada.Heard);
        Assert.Equal(CloseCode.TryAgainLater, await house.Knock("other", "bob").CodeAsync());
        log.IsBroken = false;
        await house.GuestAsync("lobby", "ada");
    }

    [Fact]
    public async Task A_room_with_too_much_in_waiting_closes_with_1013()
    {
        var log = new StubbornLog();
        await using var house = new House(new RoomOptions { Rules = House.Quiet(), Log = log, MaxUndeliveredBytes = 0 });
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");
        log.HoldCommits();

        ada.Say("waits");
        await Patience.Until(() => log.Waiting > 0);
        bob.Say("one too many");

        Assert.Equal(CloseCode.TryAgainLater, await bob.CodeAsync());
        log.Commit();
        Assert.Equal(["waits"], await ada.HearAsync(1));
    }

    [Fact]
    public async Task Who_may_not_enter_or_speak_is_closed_with_4403()
    {
        var rules = House.Quiet(new RoomSettings(), House.Pattern("secret", new RoomSettings { Readers = ["ada"] }), House.Pattern("stage", new RoomSettings { Writers = ["ada"] }));
        await using var house = new House(new RoomOptions { Rules = rules });

        Assert.Equal((CloseCode)4403, await house.Knock("secret", "bob").CodeAsync());
        await house.GuestAsync("secret", "ada");
        var bob = await house.GuestAsync("stage", "bob");
        bob.Say("me!");
        Assert.Equal((CloseCode)4403, await bob.CodeAsync());
    }

    [Fact]
    public async Task A_room_that_is_full_closes_with_1013()
    {
        await using var house = new House(new RoomOptions { Rules = House.Quiet(new RoomSettings { MaxMembers = 1 }) });
        var ada = await house.GuestAsync("lobby", "ada");

        Assert.Equal(CloseCode.TryAgainLater, await house.Knock("lobby", "bob").CodeAsync());
        await ada.Socket.CloseAsync().Soon();
        await Patience.Until(async () => await house.NamesInAsync("lobby") is []);
        await house.GuestAsync("lobby", "bob");
    }
}
