namespace Switchboard.Rooms.Tests;

public class OrderTests
{
    private const int Publishers = 8;
    private const int Visitors = 4;
    private const int MessagesEach = 10_000;
    private const int Last = 10;

    private static readonly RoomName Lobby = Say.Name("lobby");

    [Fact]
    public void Numbers_messages_from_1_without_gaps()
    {
        var directory = new RoomDirectory(new ToListeners());
        var ada = new Listener();
        var room = directory.Join(Lobby, ada);

        Assert.Equal(0, room.Sequence);
        Assert.Equal(1, room.Text(ada, "one").Sequence);
        Assert.Equal(2, directory.Text(Lobby, "two").Sequence);
        Assert.Equal(2, room.Sequence);
        Assert.Equal(["one", "two"], ada.Texts);
    }

    [Fact]
    public async Task Is_the_same_gapless_order_for_everyone_while_many_publish_join_and_leave()
    {
        // None is refused, however far the publishers run ahead of the one that delivers.
        var directory = new RoomDirectory(new ToListeners(), new RoomOptions { MaxUndeliveredBytes = long.MaxValue });
        var witness = new Listener("witness");
        var room = directory.Join(Lobby, witness);
        using var start = new Barrier(Publishers + Visitors);
        var isOver = false;

        var publishing = Enumerable.Range(0, Publishers).Select(i => OnItsOwnThread(() =>
        {
            var member = new Listener($"publisher {i}");
            directory.Join(Lobby, member);
            start.SignalAndWait();
            for (var n = 0; n < MessagesEach; n++)
            {
                room.Text(member, "x");
            }

            return member;
        })).ToArray();
        var visiting = Enumerable.Range(0, Visitors).Select(i => OnItsOwnThread(() =>
        {
            var visits = new List<Visit>();
            start.SignalAndWait();
            while (!Volatile.Read(ref isOver))
            {
                var visitor = new Listener($"visitor {i}");
                var before = room.Sequence;
                directory.Join(Lobby, visitor, Last);
                var after = room.Sequence;
                SpinWait.SpinUntil(() => room.Sequence > after || Volatile.Read(ref isOver));
                var leaving = room.Sequence;
                room.Leave(visitor);
                visits.Add(new Visit(visitor, before, after, leaving, room.Sequence));
            }

            return visits;
        })).ToArray();
        var publishers = await Task.WhenAll(publishing);
        Volatile.Write(ref isOver, true);
        var visits = (await Task.WhenAll(visiting)).SelectMany(list => list).ToList();

        const long total = Publishers * MessagesEach;
        Assert.Equal(1L.Through(total), witness.Sequences);
        Assert.All(publishers, publisher => Assert.Equal(witness.Heard, publisher.Heard));
        Assert.NotEmpty(visits);
        Assert.All(visits, visit => visit.Check());
    }

    [Fact]
    public void Carries_what_a_delivery_publishes_after_the_message_that_made_it()
    {
        RoomDirectory directory = null!;
        directory = new RoomDirectory(new After(message =>
        {
            if (message.Sequence < 5)
            {
                directory.Text(Lobby, $"after {message.Sequence}");
            }
        }));
        var (ada, bob) = (new Listener("ada"), new Listener("bob"));
        var room = directory.Join(Lobby, ada);
        directory.Join(Lobby, bob);

        room.Text(ada, "first");

        Assert.Equal(["first", "after 1", "after 2", "after 3", "after 4"], ada.Texts);
        Assert.Equal(ada.Heard, bob.Heard);
    }

    [Fact]
    public void Lets_a_delivery_join_leave_and_publish_elsewhere()
    {
        RoomDirectory directory = null!;
        var (ada, bob, eve) = (new Listener("ada"), new Listener("bob"), new Listener("eve"));
        var other = Say.Name("other");
        directory = new RoomDirectory(new After(message =>
        {
            if (message.Room == Lobby && message.Sequence == 1 && eve.JoinedAt is null)
            {
                directory.Join(Lobby, eve, last: 1);
                directory.TryGet(Lobby, out var room);
                room!.Leave(bob);
                directory.Text(other, "ping");
            }
            else if (message.Room == other)
            {
                directory.Text(Lobby, "pong");
            }
        }));
        var room = directory.Join(Lobby, ada);
        directory.Join(Lobby, bob);
        directory.Join(other, new Listener());

        room.Text(ada, "go");

        Assert.Equal(["go", "pong"], ada.Texts);
        Assert.Equal(["go"], bob.Texts);
        Assert.Equal(["go", "pong"], eve.Texts);
    }

    [Fact]
    public async Task Never_waits_for_a_delivery_on_another_thread()
    {
        using var isDelivering = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var directory = new RoomDirectory(new After(_ =>
        {
            isDelivering.Set();
            mayGoOn.Wait();
        }));
        var (ada, bob, eve) = (new Listener("ada"), new Listener("bob"), new Listener("eve"));
        var room = directory.Join(Lobby, ada);
        directory.Join(Lobby, bob);
        var slow = Task.Run(() => room.Text(ada, "one"), TestContext.Current.CancellationToken);
        isDelivering.Wait(TestContext.Current.CancellationToken);

        room.Text(bob, "two");
        room.Leave(bob);
        directory.Join(Lobby, eve, last: 1);
        room.Text(ada, "three");
        mayGoOn.Set();
        await slow;

        Assert.Equal(["one", "two", "three"], ada.Texts);
        Assert.Equal(["one", "two"], bob.Texts);
        Assert.Equal(["two", "three"], eve.Texts);
    }

    private static Task<T> OnItsOwnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Someone who joined between two sequences and left between two others.</summary>
    private sealed record Visit(Listener Visitor, long BeforeJoin, long AfterJoin, long BeforeLeave, long AfterLeave)
    {
        public void Check()
        {
            var sequences = Visitor.Sequences.ToList();
            if (sequences.Count == 0)
            {
                Assert.Equal(0, BeforeJoin);
                return;
            }

            Assert.InRange(sequences[0], Math.Max(1, BeforeJoin - Last + 1), Math.Max(1, AfterJoin - Last + 1));
            Assert.InRange(sequences[^1], BeforeLeave, AfterLeave);
            Assert.Equal(sequences[0].Through(sequences[^1]), sequences);
        }
    }
}
