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

    [Theory]
    [InlineData(10, "1111 2222", "1 2")]
    [InlineData(10, "1111 2222 3333", "2 3")]
    [InlineData(10, "1111 2222 3333333333", "3")]
    [InlineData(10, "1 2 3 4 5 6 7 8 9 0 1 2 3", "4 5 6 7 8 9 10 11 12 13")]
    [InlineData(10, "1111 2222 33333333333", "")]      // nothing before a gap
    [InlineData(10, "1111 22222222222 3", "3")]
    [InlineData(10, "1 2 3 4 5555555555 6 7 8 9 0 1", "6 7 8 9 10 11")]
    [InlineData(0, "1 2", "")]
    public void Remembers_so_many_bytes_and_forgets_the_oldest(int maxBytes, string published, string heard)
    {
        var directory = new RoomDirectory(new ToListeners(), new RoomOptions { MaxHistoryBytes = maxBytes });
        directory.Join(Lobby, new Listener("keeps the room"));
        foreach (var text in published.Split(' '))
        {
            directory.Text(Lobby, text);
        }

        var late = new Listener("late");
        directory.Join(Lobby, late, last: 100);

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
