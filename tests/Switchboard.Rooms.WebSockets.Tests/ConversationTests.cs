namespace Switchboard.Rooms.WebSockets.Tests;

public sealed class ConversationTests
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
    public async Task What_is_published_from_outside_arrives_like_any_message_and_is_remembered()
    {
        await using var house = new House();
        var ada = await house.GuestAsync("lobby", "ada");

        var message = house.Publish("lobby", "from a backend", "robot");

        Assert.Equal((1, "robot"), (message.Sequence, message.Sender));
        Assert.Equal(["from a backend"], await ada.HearAsync(1));
        Assert.Equal(["from a backend"], await (await house.GuestAsync("lobby", "bob", "&last=9")).HearAsync(1));
    }

    [Fact]
    public async Task A_message_over_the_room_s_limit_ends_its_sender_with_1009_and_nobody_else()
    {
        await using var house = new House(new RoomOptions { MaxMessageBytes = 1000 });
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");

        ada.Say(new string('a', 1000));
        ada.Say(new string('a', 1001));

        var (code, reason) = await ada.Closed.Soon();
        Assert.Equal(CloseCode.MessageTooBig, code);
        Assert.Contains("1000", reason, StringComparison.Ordinal);
        await Patience.Until(() => house.NamesIn("lobby") is ["bob"]);
        bob.Say("still here");
        Assert.Equal([new string('a', 1000), "still here"], await bob.HearAsync(2));
    }

    [Fact]
    public async Task Many_rooms_talk_at_once_and_hear_only_their_own_in_one_order()
    {
        const int rooms = 20, members = 5, messages = 20;
        await using var house = new House();
        var guests = await Task.WhenAll(
            from room in Enumerable.Range(0, rooms)
            from member in Enumerable.Range(0, members)
            select house.GuestAsync($"room-{room}", $"{room}-{member}"));

        await Task.WhenAll(guests.Select((guest, i) => Task.Run(() =>
        {
            for (var n = 0; n < messages; n++)
            {
                guest.Say($"room {i / members}, member {i % members}, message {n}");
            }
        })));

        foreach (var (room, inside) in guests.Chunk(members).Index())
        {
            var order = await inside[0].HearAsync(members * messages);
            Assert.Equal(members * messages, order.Count);
            Assert.All(order, text => Assert.StartsWith($"room {room},", text, StringComparison.Ordinal));
            foreach (var guest in inside)
            {
                Assert.Equal(order, await guest.HearAsync(members * messages));
            }

            for (var member = 0; member < members; member++)
            {
                Assert.Equal(
                    Enumerable.Range(0, messages).Select(n => $"room {room}, member {member}, message {n}"),
                    order.Where(text => text.Contains($"member {member},", StringComparison.Ordinal)));
            }
        }
    }
}
