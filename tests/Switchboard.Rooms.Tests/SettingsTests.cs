namespace Switchboard.Rooms.Tests;

/// <summary>What holds in which room.</summary>
public class SettingsTests
{
    [Fact]
    public void The_first_pattern_that_fits_counts_and_else_the_default()
    {
        var rules = new RoomRules(
            new RoomSettings { MaxMessageBytes = 1 },
            [Pattern("game-1*", new RoomSettings { MaxMessageBytes = 2 }), Pattern("game-*", new RoomSettings { MaxMessageBytes = 3 })]);
        Assert.Equal(2, rules.For(Say.Name("game-12")).MaxMessageBytes);
        Assert.Equal(3, rules.For(Say.Name("game-2")).MaxMessageBytes);
        Assert.Equal(1, rules.For(Say.Name("lobby")).MaxMessageBytes);
        Assert.Equal(3, rules.MaxMessageBytes);
    }

    [Theory]
    [InlineData("ada", true, true, false)]   // reader by pattern, writer by name
    [InlineData("adam", true, false, false)]
    [InlineData("root", true, true, true)]   // a manager reads and writes
    [InlineData("eve", false, false, false)]
    public void Readers_writers_and_managers_are_patterns_of_publishers(string publisher, bool reads, bool writes, bool manages)
    {
        var settings = new RoomSettings { Readers = ["a*", "bob"], Writers = ["ada"], Managers = ["root"] };
        var who = new RoomIdentity(publisher, publisher, RoomGrants.Everything);
        Assert.Equal(
            (reads, writes, manages),
            (settings.Allow(Say.Lobby, who, RoomAction.Read), settings.Allow(Say.Lobby, who, RoomAction.Write), settings.Allow(Say.Lobby, who, RoomAction.Manage)));
    }

    [Fact]
    public void A_copy_with_other_patterns_has_those_and_nobody_gets_more_than_the_identity_allows()
    {
        var settings = new RoomSettings { Writers = ["ada"] } with { Writers = ["bob"] };
        Assert.Equal(["bob"], settings.Writers);
        Assert.False(settings.Allow(Say.Lobby, RoomIdentity.Anonymous("ada"), RoomAction.Write));
        Assert.True(settings.Allow(Say.Lobby, RoomIdentity.Anonymous("bob"), RoomAction.Write));
        Assert.False(new RoomSettings().Allow(Say.Lobby, RoomIdentity.Anonymous("bob"), RoomAction.Manage));
        Assert.False(new RoomSettings { Readers = [] }.Allow(Say.Lobby, RoomIdentity.Anonymous("bob"), RoomAction.Read));
    }

    [Fact]
    public void To_ask_takes_no_memory()
    {
        var settings = new RoomSettings { Readers = ["x*", "*a"], Managers = ["root"] };
        var who = RoomIdentity.Anonymous("ada");
        settings.Allow(Say.Lobby, who, RoomAction.Read);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            settings.Allow(Say.Lobby, who, RoomAction.Read);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Values_out_of_range_are_refused_with_the_place()
    {
        RoomSettings[] bad =
        [
            new() { MaxMessageBytes = -1 },
            new() { MaxMembers = 0 },
            new() { Rate = new RateLimit { PerSecond = 0 } },
            new() { Rate = new RateLimit { PerSecond = double.NaN } },
            new() { Rate = new RateLimit { Burst = 0 } },
            new() { Retention = new Retention { MaxMessages = 0 } },
            new() { Retention = new Retention { MaxBytes = -1 } },
            new() { Retention = new Retention { MaxAge = TimeSpan.Zero } },
            new() { SlowMembers = (SlowMemberPolicy)7 },
            new() { Writers = ["good", ""] },
            new() { Readers = ["a\nb"] },
        ];
        Assert.All(bad, settings => Assert.Contains(
            "'game-*'", Assert.Throws<ArgumentException>(() => new RoomRules(null, [Pattern("game-*", settings)])).Message, StringComparison.Ordinal));
        Assert.All(bad, settings => Assert.Throws<ArgumentException>(() => new RoomRules(settings)));
    }

    [Fact]
    public async Task An_ephemeral_room_is_kept_elsewhere_and_says_so()
    {
        var (durable, ephemeral) = (new InMemoryMessageLog(), new InMemoryMessageLog());
        var rules = new RoomRules(null, [Pattern("a*", new RoomSettings { Durable = false })]);
        var directory = new RoomDirectory(new RoomOptions { Log = durable, EphemeralLog = ephemeral, Rules = rules });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        await room.Text(ada, "one");
        Assert.False(Assert.IsType<RoomJoined>(ada.Heard[0]).IsDurable);
        Assert.Equal(0, (await durable.ReadAsync(Say.Lobby, HistoryQuery.Position, TestContext.Current.CancellationToken)).Last);
        Assert.Equal(1, (await ephemeral.ReadAsync(Say.Lobby, HistoryQuery.Position, TestContext.Current.CancellationToken)).Last);
    }

    private static KeyValuePair<RoomNameGlob, RoomSettings> Pattern(string pattern, RoomSettings settings) =>
        RoomNameGlob.TryCreate(pattern, out var glob, out var problem) ? KeyValuePair.Create(glob, settings) : throw new ArgumentException(problem, nameof(pattern));
}
