using System.Runtime.CompilerServices;

namespace Switchboard.Rooms.Tests;

public class DirectoryTests
{
    private static readonly RoomName Lobby = Say.Name("lobby");

    [Fact]
    public void Creates_a_room_for_who_joins_or_publishes_and_for_nobody_else()
    {
        var directory = new RoomDirectory(new ToListeners());

        Assert.False(directory.TryGet(Lobby, out _));
        var room = directory.Join(Lobby, new Listener());
        directory.Text(Say.Name("news"), "x");

        Assert.True(directory.TryGet(Say.Name("lobby"), out var found));
        Assert.Same(room, found);
        Assert.Same(room, directory.Join(Lobby, new Listener()));
        Assert.Equal(
            [("lobby", 2), ("news", 0)],
            directory.List().Select(each => (each.Name.ToString(), each.MemberCount)).Order());
    }

    [Fact]
    public void Drops_an_empty_room_without_history()
    {
        var directory = new RoomDirectory(new ToListeners());
        var (ada, bob) = (new Listener("ada"), new Listener("bob"));
        var room = directory.Join(Lobby, ada);
        directory.Join(Lobby, bob);

        room.Leave(ada);
        Assert.Single(directory.List());
        room.Leave(bob);
        Assert.Empty(directory.List());
    }

    [Fact]
    public void Drops_an_empty_room_at_once_when_nothing_is_remembered()
    {
        var directory = new RoomDirectory(new ToListeners(), new RoomOptions { HistoryLength = 0 });

        directory.Text(Lobby, "into the wind");

        Assert.Empty(directory.List());
    }

    [Fact]
    public void Keeps_an_empty_room_for_its_history_epoch_and_sequence()
    {
        var directory = new RoomDirectory(new ToListeners());
        var (ada, bob) = (new Listener("ada"), new Listener("bob"));
        var room = directory.Join(Lobby, ada);
        room.Text(ada, "remember me");
        room.Leave(ada);

        Assert.Same(room, directory.Join(Lobby, bob, last: 10));
        room.Text(bob, "I do");

        Assert.Equal([1, 2], bob.Sequences);
    }

    [Fact]
    public void Begins_a_new_epoch_when_a_dropped_room_comes_back()
    {
        var directory = new RoomDirectory(new ToListeners());
        var ada = new Listener();
        var first = directory.Join(Lobby, ada);
        first.Leave(ada);

        var second = directory.Join(Lobby, new Listener());

        Assert.NotEqual(first.Epoch, second.Epoch);
        Assert.NotEqual(Guid.Empty, second.Epoch);
    }

    [Fact]
    public void Keeps_a_bounded_number_of_empty_rooms_and_drops_the_longest_idle_first()
    {
        var directory = new RoomDirectory(new ToListeners(), new RoomOptions { MaxEmptyRooms = 2 });
        directory.Text(Say.Name("a"), "x");
        directory.Text(Say.Name("b"), "x");
        directory.Text(Say.Name("a"), "x");
        directory.Text(Say.Name("c"), "x");
        Assert.Equal(["a", "c"], Names(directory));

        // A room in use does not count, and comes back as the newest.
        var ada = new Listener();
        var a = directory.Join(Say.Name("a"), ada);
        directory.Text(Say.Name("d"), "x");
        Assert.Equal(["a", "c", "d"], Names(directory));
        a.Leave(ada);
        Assert.Equal(["a", "d"], Names(directory));
    }

    [Fact]
    public void Keeps_a_bounded_number_of_bytes_in_empty_rooms()
    {
        var directory = new RoomDirectory(new ToListeners(), new RoomOptions { MaxEmptyRoomBytes = 10, HistoryLength = 2 });
        directory.Text(Say.Name("a"), "1234");
        directory.Text(Say.Name("b"), "1234");
        directory.Text(Say.Name("b"), "12");
        Assert.Equal(["a", "b"], Names(directory));

        directory.Text(Say.Name("b"), "123"); // 4 bytes in a; 2 + 3 in b, which has forgotten its first message
        Assert.Equal(["a", "b"], Names(directory));

        directory.Text(Say.Name("c"), "12");
        Assert.Equal(["b", "c"], Names(directory));

        directory.Text(Say.Name("d"), "12345678901");
        Assert.Empty(directory.List());
    }

    [Fact]
    public void Keeps_no_more_than_10_000_empty_rooms_by_default()
    {
        var directory = new RoomDirectory(new ToListeners());
        for (var i = 0; i < 20_000; i++)
        {
            directory.Text(Say.Name($"{i}"), "x");
        }

        Assert.Equal(10_000, directory.List().Count);
        Assert.False(directory.TryGet(Say.Name("9999"), out _));
        Assert.True(directory.TryGet(Say.Name("10000"), out _));
    }

    [Fact]
    public void Gives_back_the_memory_of_100_000_rooms()
    {
        var directory = new RoomDirectory(new ToListeners());

        var rooms = JoinAndLeave(directory, 100_000);
        GC.Collect();

        Assert.Empty(directory.List());
        Assert.DoesNotContain(rooms, room => room.TryGetTarget(out _));
    }

    [Fact]
    public async Task Loses_nobody_when_a_room_empties_while_others_join()
    {
        var directory = new RoomDirectory(new ToListeners());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                var member = new Listener();
                var room = directory.Join(Lobby, member);
                Assert.True(directory.TryGet(Lobby, out var found));
                Assert.Same(room, found);
                Assert.True(room.Leave(member));
            }
        })));

        Assert.Empty(directory.List());
    }

    [Fact]
    public void Refuses_negative_limits()
    {
        Assert.All(
            [
                new RoomOptions { HistoryLength = -1 },
                new RoomOptions { MaxMessageBytes = -1 },
                new RoomOptions { MaxHistoryBytes = -1 },
                new RoomOptions { MaxEmptyRooms = -1 },
                new RoomOptions { MaxEmptyRoomBytes = -1 },
                new RoomOptions { MaxUndeliveredBytes = -1 },
            ],
            options => Assert.Throws<ArgumentOutOfRangeException>(() => new RoomDirectory(new ToListeners(), options)));
    }

    private static IEnumerable<string> Names(RoomDirectory directory) => directory.List().Select(room => room.Name.ToString()).Order();

    // Its own method, so that no local keeps a room alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference<Room>> JoinAndLeave(RoomDirectory directory, int count)
    {
        var visits = new List<(Room Room, Listener Member)>();
        for (var i = 0; i < count; i++)
        {
            var member = new Listener();
            visits.Add((directory.Join(Say.Name($"room {i}"), member), member));
        }

        Assert.Equal(count, directory.List().Count);
        visits.ForEach(visit => visit.Room.Leave(visit.Member));
        return visits.ConvertAll(visit => new WeakReference<Room>(visit.Room));
    }
}
