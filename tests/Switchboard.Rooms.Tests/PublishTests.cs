using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.Tests;

public class PublishTests
{
    private static readonly RoomName Lobby = Say.Name("lobby");

    [Fact]
    public void Hands_one_message_to_all_members_at_once()
    {
        var delivery = new ToListeners();
        var directory = new RoomDirectory(delivery);
        var listeners = Enumerable.Range(0, 100).Select(i => new Listener($"{i}")).ToList();
        listeners.ForEach(listener => directory.Join(Lobby, listener));

        var message = directory.Text(Lobby, "hello");

        Assert.Equal(1, delivery.Calls);
        Assert.All(listeners, listener => Assert.Same(message, Assert.Single(listener.Heard)));
    }

    [Fact]
    public void Says_who_when_where_and_what()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var directory = new RoomDirectory(new ToListeners(), time: clock);
        var ada = new Listener("ada");
        var room = directory.Join(Lobby, ada);
        clock.Advance(TimeSpan.FromSeconds(1));

        var message = room.Publish(ada, [0xFF, 0x00], RoomMessageKind.Binary);

        Assert.Equal(Lobby, message.Room);
        Assert.Equal(1, message.Sequence);
        Assert.Equal("ada", message.Sender);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero), message.At);
        Assert.Equal(RoomMessageKind.Binary, message.Kind);
        Assert.Equal([0xFF, 0x00], message.Payload.ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the weather service")]
    public void Needs_no_member(string? sender)
    {
        var directory = new RoomDirectory(new ToListeners());
        var ada = new Listener();
        directory.Join(Lobby, ada);

        directory.Publish(Lobby, "sun"u8, RoomMessageKind.Text, sender);

        Assert.Equal(sender, Assert.Single(ada.Heard).Sender);
    }

    [Fact]
    public void Keeps_a_copy_of_the_payload()
    {
        var directory = new RoomDirectory(new ToListeners());
        byte[] buffer = [1, 2, 3];

        var message = directory.Publish(Lobby, buffer, RoomMessageKind.Binary);
        buffer[0] = 9;

        Assert.Equal([1, 2, 3], message.Payload.ToArray());
    }

    [Fact]
    public void Leaves_out_a_sender_that_wants_no_echo()
    {
        var directory = new RoomDirectory(new ToListeners());
        var (ada, bob, eve) = (new Listener("ada", wantsEcho: false), new Listener("bob"), new Listener("eve", wantsEcho: false));
        var room = directory.Join(Lobby, ada);
        directory.Join(Lobby, bob);
        directory.Join(Lobby, eve);

        room.Text(ada, "from ada");
        room.Text(bob, "from bob");
        room.Text(eve, "from eve");
        room.Leave(bob);
        room.Text(ada, "again from ada");

        Assert.Equal(["from bob", "from eve"], ada.Texts);
        Assert.Equal(["from ada", "from bob", "from eve"], bob.Texts);
        Assert.Equal(["from ada", "from bob", "again from ada"], eve.Texts);
    }

    [Fact]
    public void Calls_no_delivery_when_nobody_would_hear()
    {
        var delivery = new ToListeners();
        var directory = new RoomDirectory(delivery);
        var ada = new Listener(wantsEcho: false);

        directory.Text(Lobby, "nobody is here");
        directory.Join(Lobby, ada).Text(ada, "only I am here");

        Assert.Equal(0, delivery.Calls);
    }

    [Fact]
    public void Refuses_a_message_beyond_the_limit()
    {
        var directory = new RoomDirectory(new ToListeners(), new RoomOptions { MaxMessageBytes = 4 });

        directory.Publish(Lobby, "four"u8, RoomMessageKind.Text);
        var refusal = Assert.Throws<ArgumentException>(() => directory.Publish(Lobby, "fives"u8, RoomMessageKind.Text));

        Assert.Contains("5 bytes; the limit is 4", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(directory.List()).Sequence);
    }

    [Fact]
    public void Refuses_text_that_is_not_utf8()
    {
        var directory = new RoomDirectory(new ToListeners());

        Assert.Throws<ArgumentException>(() => directory.Publish(Lobby, [0xC0, 0xAF], RoomMessageKind.Text));
        Assert.Equal(1, directory.Publish(Lobby, [0xC0, 0xAF], RoomMessageKind.Binary).Sequence);
    }

    [Fact]
    public void Refuses_a_sender_from_outside_the_room()
    {
        var directory = new RoomDirectory(new ToListeners());
        var (ada, bob) = (new Listener("ada"), new Listener("bob"));
        var room = directory.Join(Lobby, ada);
        var elsewhere = directory.Join(Say.Name("elsewhere"), bob);

        Assert.Throws<InvalidOperationException>(() => room.Text(bob, "hello"));
        elsewhere.Leave(bob);
        Assert.Throws<InvalidOperationException>(() => elsewhere.Text(bob, "hello"));
        Assert.Equal(0, room.Sequence);
    }
}
