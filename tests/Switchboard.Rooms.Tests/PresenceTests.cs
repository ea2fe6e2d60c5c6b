using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.Tests;

public class PresenceTests
{
    private static readonly RoomName Lobby = Say.Name("lobby");

    [Fact]
    public void Lists_members_in_the_order_they_joined_with_the_time()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var directory = new RoomDirectory(new ToListeners(), time: clock);
        var (ada, bob, eve) = (new Listener("ada"), new Listener("bob"), new Listener("eve"));
        Assert.Null(ada.JoinedAt);

        var room = directory.Join(Lobby, ada);
        clock.Advance(TimeSpan.FromMinutes(1));
        directory.Join(Lobby, bob);
        room.Leave(ada);
        directory.Join(Lobby, eve);

        Assert.Equal(["bob", "eve"], room.Members().Select(member => member.Name));
        Assert.Equal(2, room.MemberCount);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), ada.JoinedAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 5, 5, TimeSpan.Zero), bob.JoinedAt);
    }

    [Fact]
    public void Allows_one_display_name_twice()
    {
        var directory = new RoomDirectory(new ToListeners());
        var (phone, laptop) = (new Listener("ada"), new Listener("ada"));
        var room = directory.Join(Lobby, phone);
        directory.Join(Lobby, laptop);

        room.Leave(phone);
        room.Text(laptop, "still here");

        Assert.Same(laptop, Assert.Single(room.Members()));
        Assert.Empty(phone.Heard);
        Assert.Single(laptop.Heard);
    }

    [Fact]
    public void Ends_once()
    {
        var directory = new RoomDirectory(new ToListeners());
        var (ada, bob) = (new Listener("ada"), new Listener("bob"));
        var room = directory.Join(Lobby, ada);
        var elsewhere = directory.Join(Say.Name("elsewhere"), bob);

        Assert.False(room.Leave(bob));
        Assert.True(room.Leave(ada));
        Assert.False(room.Leave(ada));
        Assert.Equal(1, elsewhere.MemberCount);
    }

    [Fact]
    public void Begins_once()
    {
        var directory = new RoomDirectory(new ToListeners());
        var ada = new Listener();
        var room = directory.Join(Lobby, ada);

        Assert.Throws<InvalidOperationException>(() => directory.Join(Lobby, ada));
        Assert.Throws<InvalidOperationException>(() => directory.Join(Say.Name("elsewhere"), ada));
        room.Leave(ada);
        Assert.Throws<InvalidOperationException>(() => directory.Join(Lobby, ada));
        Assert.Empty(directory.List());
    }

    [Theory]
    [InlineData("ada", true)]
    [InlineData("Ada Lovelace / 😀 <b>", true)]
    [InlineData("", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u0085b", false)]
    public void Takes_any_display_name_without_control_characters(string name, bool isValid)
    {
        Assert.Equal(isValid, DisplayName.IsValid(name, out var problem));
        Assert.Equal(isValid, problem is null);
        Assert.Equal(isValid ? null : typeof(ArgumentException), Record.Exception(() => new Listener(name))?.GetType());
        var directory = new RoomDirectory(new ToListeners());
        Assert.Equal(
            isValid ? null : typeof(ArgumentException),
            Record.Exception(() => directory.Publish(Lobby, "x"u8, RoomMessageKind.Text, name))?.GetType());
    }

    [Fact]
    public void Takes_display_names_of_200_well_formed_bytes()
    {
        Assert.True(DisplayName.IsValid(new string('é', 100), out _));
        Assert.False(DisplayName.IsValid(new string('é', 101), out _));
        Assert.False(DisplayName.IsValid(new string('a', 10_240), out _));
        Assert.False(DisplayName.IsValid("\ud83d", out _));
    }
}
