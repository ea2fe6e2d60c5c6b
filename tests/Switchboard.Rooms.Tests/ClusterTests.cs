namespace Switchboard.Rooms.Tests;

/// <summary>Several nodes over one log: one order on all of them, whatever the backplane does.</summary>
public class ClusterTests
{
    private static readonly RoomSettings Quiet = new() { PresenceEvents = false, Rate = null };

    [Fact]
    public async Task All_nodes_have_one_order_while_many_publish_on_each()
    {
        const int each = 200;
        var cluster = new Cluster(new ScriptedLog { AfterAppend = async () => await Task.Yield() });
        var nodes = new[] { cluster.Node(), cluster.Node(), cluster.Node() };
        var hearers = nodes.Select((_, i) => new Hearer($"{i}", wantsEcho: i != 2)).ToList();
        var rooms = await Task.WhenAll(nodes.Select((node, i) => node.Join(hearers[i])));

        var own = await Task.WhenAll(rooms.Select((room, i) => Task.Run(async () =>
        {
            var places = new List<long>();
            for (var n = 0; n < each; n++)
            {
                places.Add((await room.Text(hearers[i], $"{i}")).Sequence);
            }

            return places;
        })));

        await Eventually.IsTrue(() => rooms.All(room => room.Sequence == 3 * each));
        await Eventually.IsTrue(() => hearers[0].Messages.Count() == 3 * each && hearers[1].Messages.Count() == 3 * each);
        Assert.Equal(1L.Through(3 * each), hearers[0].Sequences);
        Assert.Equal(hearers[0].Texts, hearers[1].Texts);
        await Eventually.IsTrue(() => hearers[2].Messages.Count() == 2 * each);
        Assert.Equal(1L.Through(3 * each).Except(own[2]), hearers[2].Sequences); // no echo, in whatever order things came
    }

    [Fact]
    public async Task Lost_doubled_and_late_news_lose_double_and_misplace_nothing()
    {
        var random = new Random(7);
        var late = new List<Action>();
        var backplane = new LyingBackplane();
        backplane.Lie = (_, tell) =>
        {
            lock (random)
            {
                switch (random.Next(4))
                {
                    case 0:
                        return;
                    case 1:
                        late.Add(tell);
                        return;
                    case 2:
                        tell();
                        break;
                }
            }

            tell();
        };
        var cluster = new Cluster(backplane: backplane);
        var (a, b) = (cluster.Node(), cluster.Node());
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var (roomA, roomB) = (await a.Join(ada), await b.Join(bob));
        for (var i = 0; i < 100; i++)
        {
            await (i % 3 == 0 ? roomB.Text(bob, $"{i}") : roomA.Text(ada, $"{i}"));
        }

        late.ForEach(tell => tell());
        backplane.Lie = (_, tell) => tell();
        await roomA.Text(ada, "last of a");
        await Eventually.IsTrue(() => bob.Messages.Count() == 101);
        await roomB.Text(bob, "last of b");
        await Eventually.IsTrue(() => ada.Messages.Count() == 102);
        Assert.Equal(1L.Through(102), ada.Sequences);
        Assert.Equal(1L.Through(102), bob.Sequences);
        Assert.DoesNotContain(ada.Heard.Concat(bob.Heard), each => each is RoomReset);
    }

    [Fact]
    public async Task An_interruption_has_the_log_looked_into()
    {
        var backplane = new LyingBackplane { Lie = (_, _) => { } };
        var cluster = new Cluster(backplane: backplane);
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var roomA = await cluster.Node().Join(ada);
        await cluster.Node().Join(bob);
        await roomA.Text(ada, "one");
        await roomA.Text(ada, "two");
        Assert.Empty(bob.Texts);

        backplane.Interrupt();

        await Eventually.IsTrue(() => bob.Texts.SequenceEqual(["one", "two"]));
        Assert.Equal(["one", "two"], ada.Texts);
    }

    [Fact]
    public async Task What_another_node_said_in_between_comes_first_and_ones_own_is_told_and_not_echoed()
    {
        var backplane = new LyingBackplane();
        var cluster = new Cluster(backplane: backplane);
        var (ada, bob, eve) = (new Hearer("ada", wantsEcho: false), new Hearer("bob"), new Hearer("eve"));
        var roomA = await cluster.Node().Join(ada);
        var roomB = await cluster.Node().Join(bob);
        await cluster.Node().Join(eve);

        backplane.Lie = (_, _) => { };
        await roomB.Text(bob, "of b, unheard");
        backplane.Lie = (_, tell) => tell();
        Assert.Equal(2, (await roomA.Text(ada, "of a")).Sequence);

        await Eventually.IsTrue(() => bob.Texts.SequenceEqual(["of b, unheard", "of a"]));
        await Eventually.IsTrue(() => eve.Texts.SequenceEqual(["of b, unheard", "of a"]));
        Assert.Equal(["of b, unheard"], ada.Texts);
    }

    [Fact]
    public async Task News_that_comes_while_the_log_is_read_is_no_reset_and_is_not_forgotten()
    {
        var hold = new Hold();
        var backplane = new LyingBackplane { Lie = (_, _) => { } };
        var cluster = new Cluster(backplane: backplane);
        var log = new ScriptedLog { Inner = cluster.Log };
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var roomA = await cluster.Node().Join(ada);
        await cluster.Node(log).Join(bob);
        await roomA.Text(ada, "one");

        // Bob's node has a page with "one" in its hands when it hears of "three", and not of "two".
        log.AfterRead = async page => { await hold.Pass(); return page; };
        backplane.Interrupt();
        await hold.Reached;
        log.AfterRead = null;
        await roomA.Text(ada, "two");
        backplane.Lie = (_, tell) => tell();
        await roomA.Text(ada, "three");
        hold.Free();

        await Eventually.IsTrue(() => bob.Texts.SequenceEqual(["one", "two", "three"]));
        Assert.DoesNotContain(bob.Heard, each => each is RoomReset);
    }

    [Fact]
    public async Task News_that_fits_while_the_log_is_read_is_no_reset()
    {
        var hold = new Hold();
        var backplane = new LyingBackplane();
        var cluster = new Cluster(backplane: backplane);
        var log = new ScriptedLog { Inner = cluster.Log };
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var roomA = await cluster.Node().Join(ada);
        await cluster.Node(log).Join(bob);
        await roomA.Text(ada, "one");

        // Bob's node has a page that ends at "one" in its hands when it hears of "two".
        log.AfterRead = async page => { await hold.Pass(); return page; };
        backplane.Interrupt();
        await hold.Reached;
        log.AfterRead = null;
        await roomA.Text(ada, "two");
        Assert.Equal(["one", "two"], bob.Texts);
        hold.Free();
        await roomA.Text(ada, "three");

        await Eventually.IsTrue(() => bob.Texts.SequenceEqual(["one", "two", "three"]));
        Assert.DoesNotContain(bob.Heard, each => each is RoomReset);
    }

    [Fact]
    public async Task What_was_stored_although_the_append_failed_is_told_to_others()
    {
        var log = new ScriptedLog();
        var cluster = new Cluster(log);
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var roomA = await cluster.Node().Join(ada);
        await cluster.Node().Join(bob);
        log.AfterAppend = ScriptedLog.Fail;
        await Say.Refused(() => roomA.Text(ada, "one", "m1"));
        log.AfterAppend = null;

        Assert.True((await roomA.Text(ada, "one", "m1")).IsRepeat);

        await Eventually.IsTrue(() => bob.Texts.SequenceEqual(["one"]));
    }

    [Fact]
    public async Task What_is_stored_is_answered_so_even_if_what_came_before_cannot_be_read()
    {
        var log = new ScriptedLog();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var backplane = new LyingBackplane { Lie = (_, _) => { } };
        var cluster = new Cluster(log, backplane, clock, Quiet);
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var roomA = await cluster.Node().Join(ada);
        var roomB = await cluster.Node().Join(bob);
        await roomA.Text(ada, "one");
        log.BeforeRead = ScriptedLog.Fail;
        var publications = new[] { NotedPublication.Of(bob, "two"), NotedPublication.Of(bob, "three") };
        foreach (var publication in publications)
        {
            Assert.Null(await roomB.TryPublishAsync(publication));
        }

        await Eventually.IsTrue(() => publications.All(each => each.Answers == 1));
        Assert.Equal(2, Assert.Single(publications[0].Places).Sequence);
        Assert.Empty(bob.Texts);
        log.BeforeRead = null;
        clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.IsTrue(() => bob.Texts.Take(2).SequenceEqual(["one", "two"]));
        Assert.All(publications, each => Assert.Equal(1, each.Answers));
    }

    [Fact]
    public async Task A_position_of_one_node_is_good_on_another_that_has_not_heard_yet()
    {
        var cluster = new Cluster(backplane: new LyingBackplane { Lie = (_, _) => { } });
        var (ada, bob, eve) = (new Hearer("ada"), new Hearer("bob"), new Hearer("eve"));
        var (a, b) = (cluster.Node(), cluster.Node());
        var roomA = await a.Join(ada);
        await b.Join(bob);
        await roomA.Text(ada, "one");
        await roomA.Text(ada, "two");

        await b.Join(eve, since: 1, epoch: roomA.Epoch);

        await Eventually.IsTrue(() => eve.Texts.Any());
        Assert.Equal("joined@2 two", eve.Story);
        Assert.Equal(["one", "two"], bob.Texts);
    }

    [Fact]
    public async Task Signals_and_who_comes_and_goes_are_heard_on_other_nodes()
    {
        var cluster = new Cluster(settings: new RoomSettings());
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var roomA = await cluster.Node().Join(ada);
        var roomB = await cluster.Node().Join(bob);

        Assert.Null(roomB.TrySignal(bob, Say.Bytes("typing"), RoomMessageKind.Text));
        roomB.Leave(bob);

        await Eventually.IsTrue(() => ada.Story == "joined@0 +bob/2 ~typing -bob/1");
        Assert.Equal("joined@0", bob.Story);
        Assert.Equal(1, roomA.MemberCount);
    }

    [Fact]
    public async Task A_backplane_that_throws_costs_its_news_and_nothing_else()
    {
        var backplane = new LyingBackplane { Lie = (_, _) => throw new InvalidOperationException("broken") };
        var cluster = new Cluster(backplane: backplane, settings: new RoomSettings());
        var node = cluster.Node();
        var ada = new Hearer("ada");
        var room = await node.Join(ada);
        Assert.Equal(1, (await room.Text(ada, "one")).Sequence);
        Assert.Null(room.TrySignal(ada, Say.Bytes("x"), RoomMessageKind.Text));
        room.Leave(ada);
        await Eventually.IsTrue(() => node.Count == 0 && backplane.Lines == 0);
    }
}
