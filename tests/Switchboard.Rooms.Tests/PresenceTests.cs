using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.Tests;

/// <summary>Guarantee 6: who is where, on all nodes.</summary>
public class PresenceTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly RoomSettings Loud = new() { PresenceEvents = true };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public async Task Members_hear_who_comes_and_goes_and_nothing_of_themselves()
    {
        var directory = new RoomDirectory();
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        room.Leave(bob);
        Assert.Equal("joined@0 +bob/2 -bob/1", ada.Story);
        Assert.Equal("joined@0", bob.Story);
        Assert.Equal(2, Assert.IsType<RoomJoined>(bob.Heard[0]).Members);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_hears_a_stranger_not_even_one_who_speaks_as_soon_as_it_is_greeted(bool isElsewhere)
    {
        var cluster = new Cluster(settings: Loud);
        await using var here = cluster.Node();
        await using var there = cluster.Node();
        var ada = new Hearer("ada");
        await here.Join(ada);
        Hearer? bob = null;
        var speaking = Task.CompletedTask;
        bob = new Hearer("bob", wantsEcho: false, new ToHearers(happening =>
        {
            if (happening is RoomJoined)
            {
                var room = bob!.Room!;
                Assert.Null(room.TrySignal(bob, Say.Bytes("typing"), RoomMessageKind.Text));
                speaking = room.Text(bob, "hello");
            }
        }));
        await (isElsewhere ? there : here).Join(bob);
        await speaking;
        await Eventually.IsTrue(() => ada.Heard.Count == 4);
        Assert.Equal("joined@0 +bob/2 ~typing hello", ada.Story);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_still_hearing_the_past_hears_afterwards_who_came_and_went_meanwhile(bool isElsewhere)
    {
        var cluster = new Cluster(settings: Loud);
        await using var here = cluster.Node();
        await using var there = cluster.Node();
        for (var i = 1; i <= 200; i++)
        {
            await here.Text(Say.Lobby, $"{i}");
        }

        var hold = new Hold();
        var ada = new Hearer("ada") { Pace = async () => { await hold.Pass(); return true; } };
        await here.Join(ada, since: 0);
        await hold.Reached;
        var (bob, node) = (new Hearer("bob"), isElsewhere ? there : here);
        var room = await node.Join(bob);
        var eve = new Hearer("eve");
        await node.Join(eve);
        room.Leave(eve);
        await Eventually.IsTrue(() => here.List().Single().MemberCount == (isElsewhere ? 1 : 2));
        hold.Free();
        await Eventually.IsTrue(() => ada.Heard.Count == 204);
        Assert.Equal(1L.Through(200), ada.Sequences);
        Assert.EndsWith("+bob/2 +eve/3 -eve/2", ada.Story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unless_the_room_has_that_off()
    {
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Loud with { PresenceEvents = false }) });
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        room.Leave(bob);
        Assert.Equal("joined@0", ada.Story);
        Assert.Equal(1, (await directory.MembersAsync(Say.Lobby, 0, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Members_are_listed_as_they_came_with_the_time_and_counted_without_a_list()
    {
        var directory = new RoomDirectory(new RoomOptions { TimeProvider = _clock });
        var (ada, bob, eve) = (new Hearer("ada"), new Hearer("bob"), new Hearer("ada"));
        var room = await directory.Join(ada);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await directory.Join(bob);
        room.Leave(ada);
        await directory.Join(eve);

        var page = await directory.MembersAsync(Say.Lobby, 1, TestContext.Current.CancellationToken);
        Assert.Equal(2, page.Count);
        Assert.Equal(("bob", new DateTimeOffset(2026, 1, 2, 3, 5, 5, TimeSpan.Zero)), page.Members.Select(each => (each.Name, each.JoinedAt)).Single());
        Assert.Empty((await directory.MembersAsync(Say.Lobby, 0, TestContext.Current.CancellationToken)).Members);
    }

    [Fact]
    public async Task The_members_of_a_node_that_crashed_leave_within_the_lease_and_others_hear_of_it()
    {
        var cluster = new Cluster(time: _clock, settings: Loud);
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var alive = cluster.Node();
        var crashing = cluster.Node();
        await alive.Join(ada);
        await crashing.Join(bob);
        await crashing.DisposeAsync(); // it renews no more

        for (var passed = TimeSpan.Zero; passed < Lease; passed += Lease / 30)
        {
            _clock.Advance(Lease / 30);
            await Task.Yield();
        }

        await Eventually.IsTrue(() => ada.Story == "joined@0 +bob/2 -bob/1");
        Assert.Equal(1, (await alive.MembersAsync(Say.Lobby, 0, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_node_that_was_taken_for_crashed_enters_its_members_again()
    {
        var presence = new ScriptedPresence(_clock);
        await using var directory = new RoomDirectory(new RoomOptions { Presence = presence, TimeProvider = _clock });
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        presence.IsDown = true; // the node's own renewals do not get through
        _clock.Advance(Lease);
        Assert.Equal(2, (await presence.Inner.RenewAsync(Guid.NewGuid(), Lease, TestContext.Current.CancellationToken)).Departed.Count);
        room.Leave(bob);
        presence.IsDown = false;

        await Eventually.IsTrue(() =>
        {
            _clock.Advance(Lease / 3);
            return presence.Names == "ada";
        });
    }

    [Fact]
    public async Task Without_presence_one_may_talk_and_is_counted_when_it_is_back()
    {
        var presence = new ScriptedPresence(_clock) { IsDown = true };
        await using var directory = new RoomDirectory(new RoomOptions { Presence = presence, TimeProvider = _clock });
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        await room.Text(bob, "hello");
        Assert.Equal("joined@0 +bob/2 hello", ada.Story);

        presence.IsDown = false;
        await directory.Join(new Hearer("eve"));
        await Eventually.IsTrue(() => presence.Names == "ada bob eve");
    }

    [Fact]
    public async Task Who_leaves_while_it_comes_is_gone_in_the_end()
    {
        var hold = new Hold();
        var presence = new ScriptedPresence(_clock) { BeforeEnter = hold.Pass };
        var directory = new RoomDirectory(new RoomOptions { Presence = presence, TimeProvider = _clock });
        var ada = new Hearer();
        var joining = directory.Join(ada);
        await hold.Reached;
        directory.TryGet(Say.Lobby, out var room);

        Assert.True(room!.Leave(ada));
        hold.Free();
        await joining;

        await Eventually.IsTrue(() => directory.Count == 0);
        Assert.Equal(0, (await presence.Inner.ReadAsync(Say.Lobby, 0, TestContext.Current.CancellationToken)).Count);
    }

    private sealed class ScriptedPresence(TimeProvider clock) : IPresence
    {
        public InMemoryPresence Inner { get; } = new(clock);

        public bool IsDown { get; set; }

        public string Names => string.Join(' ', Inner.ReadAsync(Say.Lobby, 10, default).AsTask().Result.Members.Select(each => each.Name));

        public Func<Task>? BeforeEnter { get; init; }

        public async ValueTask<long> EnterAsync(RoomName room, PresentMember member, CancellationToken cancellationToken)
        {
            await (BeforeEnter?.Invoke() ?? Task.CompletedTask);
            return await Checked().EnterAsync(room, member, cancellationToken);
        }

        public ValueTask<long> LeaveAsync(RoomName room, MemberId member, CancellationToken cancellationToken) =>
            Checked().LeaveAsync(room, member, cancellationToken);

        public ValueTask<PresencePage> ReadAsync(RoomName room, int limit, CancellationToken cancellationToken) =>
            Checked().ReadAsync(room, limit, cancellationToken);

        public ValueTask<LeaseRenewal> RenewAsync(Guid node, TimeSpan lease, CancellationToken cancellationToken) =>
            Checked().RenewAsync(node, lease, cancellationToken);

        private InMemoryPresence Checked() => IsDown ? throw new InvalidOperationException("The network is gone.") : Inner;
    }
}
