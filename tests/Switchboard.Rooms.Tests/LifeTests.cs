using System.Runtime.CompilerServices;

namespace Switchboard.Rooms.Tests;

/// <summary>A room is in memory while somebody uses it, and not longer.</summary>
public class LifeTests
{
    private static readonly RoomSettings Quiet = new() { PresenceEvents = false };

    [Fact]
    public async Task A_room_is_there_for_its_members_and_gone_with_the_last_and_comes_back_where_it_stood()
    {
        var directory = new RoomDirectory();
        var (ada, bob, eve) = (new Hearer("ada"), new Hearer("bob"), new Hearer("eve"));
        Assert.False(directory.TryGet(Say.Lobby, out _));
        var room = await directory.Join(ada);
        Assert.Same(room, await directory.Join(bob));
        await room.Text(ada, "one");

        Assert.True(room.Leave(ada));
        Assert.Same(room, Assert.Single(directory.List()));
        Assert.True(room.Leave(bob));
        await Eventually.IsTrue(() => directory.Count == 0);

        var next = await directory.Join(eve, since: 0, epoch: room.Epoch);
        Assert.NotSame(room, next);
        Assert.Equal("joined@1 one", eve.Story);
    }

    [Fact]
    public async Task Who_publishes_without_being_a_member_leaves_no_room_behind()
    {
        var directory = new RoomDirectory();
        Assert.Equal(1, (await directory.Text(Say.Lobby, "one")).Sequence);
        Assert.Equal(2, (await directory.Text(Say.Lobby, "two")).Sequence);
        await Eventually.IsTrue(() => directory.Count == 0);
    }

    [Fact]
    public async Task A_backend_may_publish_in_a_room_that_is_gone_meanwhile()
    {
        var directory = new RoomDirectory();
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        room.Leave(ada);
        await Eventually.IsTrue(() => directory.Count == 0);

        Assert.Equal(1, (await room.Text(null, "one")).Sequence);
        await directory.Join(bob, since: 0);
        Assert.Equal(2, (await room.Text(null, "two")).Sequence);
        Assert.Equal(["one", "two"], bob.Texts);
    }

    [Fact]
    public async Task Each_publication_is_answered_also_if_its_member_leaves_at_that_moment()
    {
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Quiet) });
        for (var round = 0; round < 2_000; round++)
        {
            var ada = new Hearer();
            var room = await directory.Join(ada);
            var publication = NotedPublication.Of(ada, "x");
            var publishing = Task.Run(() => room.TryPublishAsync(publication).AsTask());
            room.Leave(ada);
            var refusal = await publishing.InTime();
            if (refusal is null)
            {
                await Eventually.IsTrue(() => publication.Answers == 1);
            }
            else
            {
                Assert.Equal("not-joined", refusal.Code);
            }
        }

        await Eventually.IsTrue(() => directory.Count == 0);
    }

    [Fact]
    public async Task Coming_and_going_from_many_threads_loses_nobody_and_leaves_nothing()
    {
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Quiet), Backplane = new InProcessBackplane() });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                var member = new Hearer();
                var room = await directory.Join(member);
                Assert.True(directory.TryGet(Say.Lobby, out var found));
                Assert.Same(room, found);
                Assert.True(room.Leave(member));
                Assert.False(room.Leave(member));
            }
        })));
        await Eventually.IsTrue(() => directory.Count == 0);
        Assert.Equal(0, (await directory.MembersAsync(Say.Lobby, 0, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_hundred_thousand_rooms_of_one_come_and_go_and_leave_nothing()
    {
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Quiet) });
        var rooms = await ComeAndGo(directory, 100_000);
        GC.Collect();
        Assert.Equal(0, directory.Count);
        Assert.DoesNotContain(rooms, room => room.TryGetTarget(out _));
    }

    [Fact]
    public async Task A_member_joins_once_and_a_second_attempt_costs_it_nothing()
    {
        var directory = new RoomDirectory();
        var ada = new Hearer();
        var room = await directory.Join(ada);

        await Assert.ThrowsAsync<InvalidOperationException>(() => directory.Join(ada));
        await Assert.ThrowsAsync<InvalidOperationException>(() => directory.Join(Say.Name("elsewhere"), ada));
        await room.Text(ada, "still here");
        Assert.Equal((1, "joined@0 still here"), (room.MemberCount, ada.Story));

        room.Leave(ada);
        await Assert.ThrowsAsync<InvalidOperationException>(() => directory.Join(ada));
        await Eventually.IsTrue(() => directory.Count == 0);
    }

    [Fact]
    public async Task A_full_room_takes_nobody_and_whoever_is_refused_may_try_again()
    {
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(new RoomSettings { MaxMembers = 1 }) });
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        Assert.Equal("room-full", (await Say.Refused(() => directory.Join(bob))).Code);
        room.Leave(ada);
        await Eventually.IsTrue(() => directory.Count == 0);
        await directory.Join(bob);
        Assert.Equal("joined@0", bob.Story);
    }

    // Its own method, so that no local keeps a room alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference<Room>>> ComeAndGo(RoomDirectory directory, int count)
    {
        var visits = new List<(Room Room, Hearer Member)>();
        for (var i = 0; i < count; i++)
        {
            var member = new Hearer();
            visits.Add((await directory.JoinAsync(Say.Name($"room {i}"), member), member));
        }

        Assert.Equal(count, directory.Count);
        visits.ForEach(visit => visit.Room.Leave(visit.Member));
        return visits.ConvertAll(visit => new WeakReference<Room>(visit.Room));
    }
}
