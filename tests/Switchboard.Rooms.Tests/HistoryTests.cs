namespace Switchboard.Rooms.Tests;

public class HistoryTests
{
    private static readonly RoomName Lobby = Say.Name("lobby");

    [Theory]
    [InlineData(0, 0, 5, "")]
    [InlineData(100, 0, 5, "")]
    [InlineData(100, 3, 5, "3 4 5")]
    [InlineData(100, 5, 5, "1 2 3 4 5")]
    [InlineData(100, int.MaxValue, 5, "1 2 3 4 5")]
    [InlineData(100, 3, 0, "")]
    [InlineData(4, 100, 3, "1 2 3")]
    [InlineData(4, 100, 4, "1 2 3 4")]
    [InlineData(4, 100, 5, "2 3 4 5")]   // the ring wraps
    [InlineData(4, 2, 6, "5 6")]
    [InlineData(5, 100, 13, "9 10 11 12 13")]
    [InlineData(1, 100, 9, "9")]
    [InlineData(0, 100, 9, "")]
    public void Gives_who_joins_the_last_messages_that_are_remembered(int length, int last, int published, string heard)
    {
        var directory = new RoomDirectory(new ToListeners(), new RoomOptions { HistoryLength = length });
        directory.Join(Lobby, new Listener("keeps the room"));
        for (var i = 0; i < published; i++)
        {
            directory.Text(Lobby, "x");
        }

        var late = new Listener("late");
        directory.Join(Lobby, late, last);

        Assert.Equal(heard, string.Join(' ', late.Sequences));
    }

    [Fact]
    public void Comes_before_live_messages_and_only_to_who_joins()
    {
        var directory = new RoomDirectory(new ToListeners());
        var (ada, bob) = (new Listener("ada"), new Listener("bob"));
        var room = directory.Join(Lobby, ada);
        room.Text(ada, "old");

        directory.Join(Lobby, bob, last: 50);
        room.Text(ada, "new");

        Assert.Equal(["old", "new"], ada.Texts);
        Assert.Equal(["old", "new"], bob.Texts);
    }

    [Fact]
    public void Is_not_asked_for_by_default()
    {
        var directory = new RoomDirectory(new ToListeners());
        directory.Text(Lobby, "old");
        var ada = new Listener();

        directory.Join(Lobby, ada);

        Assert.Empty(ada.Heard);
    }

    [Fact]
    public void Takes_no_negative_number()
    {
        var directory = new RoomDirectory(new ToListeners());
        Assert.Throws<ArgumentOutOfRangeException>(() => directory.Join(Lobby, new Listener(), last: -1));
        Assert.Empty(directory.List());
    }
}
