namespace Switchboard.Rooms.Tests;

/// <summary>Guarantees 1 to 3: one total order, acknowledged when stored, and each id once.</summary>
public class OrderTests
{
    private static readonly RoomSettings Fast = new() { Rate = null, PresenceEvents = false };

    [Fact]
    public async Task Every_member_hears_every_message_once_and_in_order_while_many_publish()
    {
        const int publishers = 8;
        const int each = 500;
        var delivery = new ToHearers();
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Fast) });
        var hearers = Enumerable.Range(0, 20).Select(i => new Hearer($"{i}", delivery: delivery)).ToList();
        foreach (var hearer in hearers)
        {
            await directory.Join(hearer);
        }

        directory.TryGet(Say.Lobby, out var room);
        var places = await Task.WhenAll(Enumerable.Range(0, publishers).Select(publisher => Task.Run(async () =>
        {
            var own = new List<long>();
            for (var i = 0; i < each; i++)
            {
                own.Add((await room!.Text(hearers[publisher], $"{publisher} {i}")).Sequence);
            }

            return own;
        })));

        Assert.All(places, own => Assert.Equal(own.Order(), own));
        Assert.Equal(1L.Through(publishers * each), places.SelectMany(own => own).Order());
        Assert.All(hearers, hearer => Assert.Equal(1L.Through(publishers * each), hearer.Sequences));
    }

    [Fact]
    public async Task Members_that_come_and_go_meanwhile_hear_a_run_without_gaps()
    {
        var log = new InMemoryMessageLog(new InMemoryMessageLogOptions { MaxMessagesInRoom = 10_000 });
        var directory = new RoomDirectory(new RoomOptions { Log = log, Rules = new RoomRules(Fast), TailLength = 5 });
        var anchor = new Hearer("anchor");
        var room = await directory.Join(anchor);
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < 3_000; i++)
            {
                await room.Text(anchor, "x");
            }
        }, TestContext.Current.CancellationToken);
        var visits = await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            var visits = new List<(Hearer Visitor, long Since)>();
            for (var i = 0; !publishing.IsCompleted; i++)
            {
                var since = Math.Max(0, room.Sequence - (i % 20));
                var visitor = new Hearer($"{thread} {i}");
                await directory.Join(visitor, since: since);
                visits.Add((visitor, since));
                await Task.Yield();
                room.Leave(visitor);
            }

            return visits;
        })));
        await publishing.InTime();

        Assert.Equal(1L.Through(3_000), anchor.Sequences);
        Assert.All(visits.SelectMany(visit => visit), visit =>
        {
            Assert.DoesNotContain(visit.Visitor.Heard, each => each is RoomReset);
            var heard = visit.Visitor.Sequences.ToList();
            Assert.Equal((visit.Since + 1).Through(visit.Since + heard.Count), heard);
        });
    }

    [Fact]
    public async Task Nothing_is_delivered_or_answered_before_it_is_stored()
    {
        var hold = new Hold();
        var log = new ScriptedLog { BeforeAppend = hold.Pass };
        var directory = new RoomDirectory(new RoomOptions { Log = log });
        var ada = new Hearer();
        var room = await directory.Join(ada);

        var first = room.Text(ada, "one");
        await hold.Reached;
        var second = room.Text(ada, "two");
        var third = room.Text(ada, "three");
        Assert.False(first.IsCompleted);
        Assert.Equal("joined@0", ada.Story);
        Assert.Equal(0, room.Sequence);
        hold.Free();

        Assert.Equal([1L, 2L, 3L], (await Task.WhenAll(first, second, third)).Select(place => place.Sequence));
        Assert.Equal("joined@0 one two three", ada.Story);
        Assert.Equal([1, 2], log.Batches); // what waits meanwhile is the next batch
    }

    [Fact]
    public async Task The_answer_comes_behind_the_delivery()
    {
        var ada = new Hearer();
        var order = new List<string>();
        var directory = new RoomDirectory();
        var room = await directory.Join(new Hearer("bob", delivery: new ToHearers(each => order.Add(each.GetType().Name))));
        await directory.Join(ada);
        order.Clear();

        var publication = new NotedPublication(() => order.Add("answer")) { Member = ada, Payload = Say.Bytes("x"), Kind = RoomMessageKind.Text, At = default };
        Assert.Null(await room.TryPublishAsync(publication));

        Assert.Equal(["RoomMessage", "answer"], order);
    }

    [Fact]
    public async Task The_same_id_of_the_same_publisher_has_one_effect_and_the_same_answer()
    {
        var directory = new RoomDirectory();
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);

        var first = await room.Text(ada, "one", "m1");
        var again = await room.Text(ada, "one", "m1");
        var other = await room.Text(bob, "one of bob", "m1");

        Assert.Equal((1, false), (first.Sequence, first.IsRepeat));
        Assert.Equal((1, true), (again.Sequence, again.IsRepeat));
        Assert.Equal(2, other.Sequence);
        Assert.Equal(["one", "one of bob"], ada.Texts);
    }

    [Fact]
    public async Task The_same_id_twice_in_a_batch_and_on_another_connection_has_one_effect()
    {
        var hold = new Hold();
        var directory = new RoomDirectory(new RoomOptions { Log = new ScriptedLog { BeforeAppend = hold.Pass } });
        var (phone, laptop) = (new Hearer("ada"), new Hearer("ada"));
        var room = await directory.Join(phone);
        await directory.Join(laptop);

        var publishing = Task.WhenAll(room.Text(phone, "0"), room.Text(phone, "one", "m1"), room.Text(laptop, "one", "m1"), room.Text(phone, "two"));
        hold.Free();

        Assert.Equal([(1, false), (2, false), (2, true), (3, false)], (await publishing).Select(place => (place.Sequence, place.IsRepeat)));
        Assert.Equal(["0", "one", "two"], laptop.Texts);
    }

    [Fact]
    public async Task Who_wants_no_echo_hears_all_but_its_own()
    {
        var delivery = new ToHearers();
        var directory = new RoomDirectory();
        var (ada, bob) = (new Hearer("ada", wantsEcho: false, delivery), new Hearer("bob", delivery: delivery));
        var room = await directory.Join(ada);
        await directory.Join(bob);

        await room.Text(ada, "from ada");
        await room.Text(bob, "from bob");
        await directory.Text(Say.Lobby, "from nobody");

        Assert.Equal(["from bob", "from nobody"], ada.Texts);
        Assert.Equal(["from ada", "from bob", "from nobody"], bob.Texts);
    }

    [Fact]
    public async Task What_it_publishes_while_it_catches_up_does_not_come_back_either()
    {
        var hold = new Hold();
        var directory = new RoomDirectory(new RoomOptions { TailLength = 0 });
        var bob = new Hearer("bob");
        var room = await directory.Join(bob);
        await room.Text(bob, "1");
        var ada = new Hearer("ada", wantsEcho: false) { Pace = async () => { await hold.Pass(); return true; } };
        await directory.Join(ada, since: 0);

        await room.Text(ada, "2 by ada");
        await room.Text(bob, "3");
        hold.Free();

        await Eventually.IsTrue(() => ada.Texts.LastOrDefault() == "3");
        await room.Text(ada, "4 by ada");
        await room.Text(bob, "5");
        await Eventually.IsTrue(() => ada.Texts.LastOrDefault() == "5");
        Assert.Equal(["1", "3", "5"], ada.Texts);
    }

    [Fact]
    public async Task A_delivery_may_publish_join_and_leave()
    {
        RoomDirectory directory = null!;
        var (ada, eve) = (new Hearer("ada"), new Hearer("eve"));
        var pending = new List<Task>();
        var bob = new Hearer("bob", delivery: new ToHearers(happening =>
        {
            if (happening is RoomMessage { Sequence: 1 } && directory.TryGet(Say.Lobby, out var room))
            {
                pending.Add(room.Text(ada, "two"));
                pending.Add(directory.Join(eve, since: 0));
                room.Leave(ada);
                pending.Add(directory.Text(Say.Name("elsewhere"), "x"));
            }
        }));
        directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Fast) });
        var room = await directory.Join(ada);
        await directory.Join(bob);

        await room.Text(bob, "one");
        await Task.WhenAll(pending).InTime();
        await room.Text(bob, "three");

        await Eventually.IsTrue(() => eve.Texts.LastOrDefault() == "three");
        Assert.Equal(["one", "two", "three"], bob.Texts);
        Assert.Equal(["one"], ada.Texts);
        Assert.Equal(["one", "two", "three"], eve.Texts);
    }

    [Fact]
    public async Task A_blocked_delivery_keeps_nobody_from_coming_going_and_publishing()
    {
        using var isDelivering = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var bob = new Hearer("bob", delivery: new ToHearers(happening =>
        {
            if (happening is RoomMessage { Sequence: 1 })
            {
                isDelivering.Set();
                mayGoOn.Wait(TestContext.Current.CancellationToken);
            }
        }));
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Fast) });
        var (ada, eve) = (new Hearer("ada"), new Hearer("eve"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        var slow = Task.Run(() => room.Text(ada, "one"));
        isDelivering.Wait(TestContext.Current.CancellationToken);

        var second = room.Text(ada, "two");
        await directory.Join(eve);
        room.Leave(bob);
        mayGoOn.Set();
        await Task.WhenAll(slow, second);

        Assert.Equal(["one", "two"], ada.Texts);
        Assert.Equal("two", Assert.Single(eve.Texts));
        Assert.Equal(["one"], bob.Texts);
    }

    [Fact]
    public async Task A_delivery_that_throws_harms_nobody_else()
    {
        var directory = new RoomDirectory(new RoomOptions { Rules = new RoomRules(Fast), MaxUndeliveredBytes = 0 });
        var ada = new Hearer();
        var broken = new Hearer("bob", delivery: new ToHearers(happening => _ = happening is RoomMessage ? throw new InvalidOperationException("broken") : 0));
        var room = await directory.Join(broken);
        await directory.Join(ada);

        Assert.Equal(1, (await room.Text(ada, "one")).Sequence);
        Assert.Equal(2, (await room.Text(ada, "two")).Sequence); // what it counted for was given back

        Assert.Equal(["one", "two"], ada.Texts);
    }

    [Fact]
    public async Task A_batch_that_throws_is_gone_without()
    {
        var directory = new RoomDirectory(batch: new BrokenBatch());
        var ada = new Hearer();
        try
        {
            await directory.Join(ada);
        }
        catch (InvalidOperationException)
        {
            Assert.Fail("The batch's fault is not the member's.");
        }

        directory.TryGet(Say.Lobby, out var room);
        await room!.Text(ada, "one");
        Assert.Equal("joined@0 one", ada.Story);
    }

    private sealed class BrokenBatch : IDeliveryBatch
    {
        public void Run(Action delivering) => throw new InvalidOperationException("broken");
    }
}
