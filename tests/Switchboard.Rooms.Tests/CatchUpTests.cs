using System.Globalization;

namespace Switchboard.Rooms.Tests;

/// <summary>Guarantees 4 and 5: who was away misses nothing, or is told so, and who is slow delays nobody.</summary>
public class CatchUpTests
{
    private static readonly RoomSettings Quiet = new() { PresenceEvents = false, Rate = null };

    private readonly ScriptedLog _log = new();

    [Theory]
    [InlineData(100, 0, "joined@5 1 2 3 4 5")]
    [InlineData(100, 3, "joined@5 4 5")]
    [InlineData(100, 5, "joined@5")]
    [InlineData(0, 0, "joined@5 1 2 3 4 5")]
    [InlineData(0, 3, "joined@5 4 5")]
    [InlineData(2, 1, "joined@5 2 3 4 5")]
    [InlineData(100, 6, "joined@5 reset@1..5 1 2 3 4 5")]
    [InlineData(100, -1, "joined@5 reset@1..5 1 2 3 4 5")]
    [InlineData(100, long.MaxValue, "joined@5 reset@1..5 1 2 3 4 5")]
    [InlineData(100, long.MinValue, "joined@5 reset@1..5 1 2 3 4 5")]
    public async Task Since_gives_what_comes_behind_it_from_tail_and_log_alike(int tailLength, long since, string story)
    {
        var directory = Directory(tailLength);
        var room = await Filled(directory, 5);
        var ada = new Hearer();
        await directory.Join(ada, since);
        await room.Text(ada, "live");
        await Eventually.IsTrue(() => ada.Story == story + " live");
    }

    [Theory]
    [InlineData(100, 0, "joined@5")]
    [InlineData(100, 2, "joined@5 4 5")]
    [InlineData(0, 2, "joined@5 4 5")]
    [InlineData(100, 50, "joined@5 1 2 3 4 5")]
    [InlineData(100, int.MaxValue, "joined@5 1 2 3 4 5")]
    public async Task Last_gives_the_newest_ones(int tailLength, int last, string story)
    {
        var directory = Directory(tailLength);
        var room = await Filled(directory, 5);
        var ada = new Hearer();
        await directory.Join(ada, last: last);
        await room.Text(ada, "live");
        await Eventually.IsTrue(() => ada.Story == story + " live");
    }

    [Fact]
    public async Task Beyond_retention_is_a_reset_and_the_newest_are_not()
    {
        var directory = Directory(0);
        await Filled(directory, 10);
        await _log.TrimAsync(Say.Lobby, new Retention { MaxMessages = 4 }, default, 100, TestContext.Current.CancellationToken);

        Assert.Equal("joined@10 reset@7..10 7 8 9 10", await StoryOf(since: 5));
        Assert.Equal("joined@10 7 8 9 10", await StoryOf(since: 6));
        Assert.Equal("joined@10 reset@7..10 9 10", await StoryOf(since: 5, last: 2));
        Assert.Equal("joined@10 7 8 9 10", await StoryOf(last: 6));
        Assert.Equal("joined@10", await StoryOf());

        async Task<string> StoryOf(long? since = null, int? last = null)
        {
            var ada = new Hearer();
            var room = await directory.Join(ada, since: since, last: last);
            room.Leave(ada);
            return ada.Story;
        }
    }

    [Fact]
    public async Task What_is_forgotten_between_two_pages_is_said_out_loud()
    {
        var holds = new[] { new Hold(), new Hold() };
        var pages = 0;
        var directory = Directory(0);
        var room = await Filled(directory, 600);
        var ada = new Hearer { Pace = async () => { await holds[Math.Min(pages++, 1)].Pass(); return true; } };
        await directory.Join(ada, since: 0);
        await holds[0].Reached;
        await _log.TrimAsync(Say.Lobby, new Retention { MaxMessages = 100 }, default, 1_000, TestContext.Current.CancellationToken);
        Array.ForEach(holds, hold => hold.Free());

        await Eventually.IsTrue(() => ada.Sequences.LastOrDefault() == 600);
        Assert.Equal(1L.Through(256).Concat(501L.Through(600)), ada.Sequences);
        Assert.Equal(501, Assert.Single(ada.Heard.OfType<RoomReset>()).First);
        room.Leave(ada);
    }

    [Fact]
    public async Task Another_epoch_is_a_reset_the_rooms_own_is_not()
    {
        var directory = Directory();
        var room = await Filled(directory, 3);
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));

        await directory.Join(ada, since: 2, epoch: Guid.NewGuid());
        await directory.Join(bob, since: 2, epoch: room.Epoch);

        await Eventually.IsTrue(() => ada.Story == "joined@3 reset@1..3 1 2 3");
        Assert.Equal("joined@3 3", bob.Story);
    }

    [Fact]
    public async Task An_epoch_that_changes_while_someone_comes_is_said_out_loud()
    {
        var directory = Directory(0);
        await Filled(directory, 2);
        var ada = new Hearer();
        _log.BeforeRead = () =>
        {
            _log.BeforeRead = null;
            _log.Inner = new InMemoryMessageLog();
            return _log.Inner.AppendAsync(Say.Lobby, [Say.Entry("new")], default).AsTask();
        };

        await directory.Join(ada, last: 1);

        await Eventually.IsTrue(() => ada.Story == "joined@2 reset@1..1 new");
    }

    [Fact]
    public async Task One_that_takes_its_time_delays_nobody_and_misses_nothing()
    {
        var hold = new Hold();
        var directory = Directory(10);
        var room = await Filled(directory, 300);
        var (slow, fast) = (new Hearer("slow") { Pace = async () => { await hold.Pass(); return true; } }, new Hearer("fast"));

        await directory.Join(slow, since: 0);
        await directory.Join(fast, since: 0);
        for (var i = 301; i <= 700; i++)
        {
            await room.Text(fast, $"{i}");
        }

        Assert.Equal(1L.Through(700), fast.Sequences);
        Assert.Equal("joined@300", slow.Story);
        hold.Free();
        await Eventually.IsTrue(() => slow.Sequences.LastOrDefault() == 700);
        Assert.Equal(1L.Through(700), slow.Sequences);
    }

    [Fact]
    public async Task One_that_never_takes_its_page_costs_nothing_when_it_has_left()
    {
        var directory = new RoomDirectory(new RoomOptions { Log = _log, TailLength = 0, Rules = new RoomRules(Quiet) });
        await directory.Text(Say.Lobby, "one");
        var stuck = new Hearer { Pace = () => new ValueTask<bool>(new Hold().Pass().ContinueWith(_ => true, TaskScheduler.Default)) };
        var room = await directory.Join(stuck, since: 0);

        Assert.True(room.Leave(stuck));

        await Eventually.IsTrue(() => directory.Count == 0);
    }

    [Fact]
    public async Task One_that_is_gone_when_its_page_comes_leaves()
    {
        var directory = Directory(0);
        var room = await Filled(directory, 1);
        var members = room.MemberCount;
        await directory.Join(new Hearer { Pace = () => new ValueTask<bool>(false) }, since: 0);
        await Eventually.IsTrue(() => room.MemberCount == members);
    }

    private RoomDirectory Directory(int tailLength = 100) => new(new RoomOptions { Log = _log, TailLength = tailLength, Rules = new RoomRules(Quiet) });

    /// <summary>A room with messages "1", "2" and so on, and somebody in it.</summary>
    private static async Task<Room> Filled(RoomDirectory directory, int count)
    {
        var room = await directory.Join(new Hearer("somebody"));
        for (var i = 1; i <= count; i++)
        {
            await directory.Text(Say.Lobby, i.ToString(CultureInfo.InvariantCulture));
        }

        return room;
    }
}
