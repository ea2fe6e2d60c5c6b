using System.Collections.Concurrent;
using System.Text;

namespace Switchboard.Rooms.ContractTests;

/// <summary>What every <see cref="IBackplane"/> does while its network is there. Derive from it, and make the nodes of one cluster for each test.</summary>
public abstract class BackplaneContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly RoomName Lobby = Room("lobby");
    private static readonly RoomName Attic = Room("a {hostile} * name 😀");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Makes a node of this test's cluster; nodes may share one backplane.</summary>
    protected abstract ValueTask<IBackplane> CreateAsync();

    [Fact]
    public async Task Others_hear_what_is_told_and_the_teller_does_not()
    {
        var (ada, bob, eve) = (new Ear(), new Ear(), new Ear());
        var line = await Subscribe(Lobby, ada);
        await Subscribe(Lobby, bob);
        await Subscribe(Lobby, eve);
        line.Tell(Message(Lobby, 1));
        await bob.HasHeard(1);
        await eve.HasHeard(1);
        line.Tell(Message(Lobby, 2));
        await bob.HasHeard(2);
        Assert.Empty(ada.Heard);
    }

    [Fact]
    public async Task News_stays_in_its_room()
    {
        var (here, there) = (new Ear(), new Ear());
        var lobby = await Subscribe(Lobby, new Ear());
        var attic = await Subscribe(Attic, new Ear());
        await Subscribe(Lobby, here);
        await Subscribe(Attic, there);
        lobby.Tell(Message(Lobby, 1));
        attic.Tell(Message(Attic, 7));
        await here.HasHeard(1);
        await there.HasHeard(1);
        Assert.Equal(Lobby, here.Heard.Single().Room);
        Assert.Equal(Attic, there.Heard.Single().Room);
    }

    [Fact]
    public async Task What_one_says_comes_in_its_order_and_one_at_a_time()
    {
        const int count = 500;
        var ear = new Ear();
        var tellers = new[] { await Subscribe(Lobby, new Ear()), await Subscribe(Lobby, new Ear()), await Subscribe(Lobby, new Ear()) };
        await Subscribe(Lobby, ear);
        await Task.WhenAll(tellers.Select((line, teller) => Task.Run(
            () =>
            {
                for (var i = 0; i < count; i++)
                {
                    line.Tell(Message(Lobby, (teller * count) + i));
                }
            },
            Stop)));

        await ear.HasHeard(tellers.Length * count);
        var heard = ear.Heard.Cast<RoomMessage>().Select(message => message.Sequence).ToList();
        Assert.All(tellers.Select((_, teller) => heard.Where(sequence => sequence / count == teller)), own => Assert.Equal(own.Order(), own));
        Assert.False(ear.WasPressed);
    }

    [Fact]
    public async Task Each_kind_of_news_arrives_as_it_was_said()
    {
        var ear = new Ear();
        var line = await Subscribe(Attic, new Ear());
        await Subscribe(Attic, ear);
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var message = new RoomMessage
        {
            Room = Attic,
            Epoch = Guid.NewGuid(),
            Sequence = long.MaxValue,
            Sender = "😀 ada",
            At = new DateTimeOffset(2026, 1, 1, 12, 0, 0, 1, TimeSpan.Zero),
            Kind = RoomMessageKind.Binary,
            Id = "m1",
            Key = "k",
            Payload = bytes,
        };
        line.Tell(message);
        line.Tell(Message(Attic, 1));
        line.Tell(new RoomSignal { Room = Attic, Sender = "ada", Kind = RoomMessageKind.Json, Payload = "{}"u8.ToArray() });
        line.Tell(new PresenceChange { Room = Attic, Name = "bob", HasJoined = true, Members = 3 });
        line.Tell(new PresenceChange { Room = Attic, Name = "bob", HasJoined = false, Members = 2 });

        await ear.HasHeard(5);
        var heard = ear.Heard.ToArray();
        var first = Assert.IsType<RoomMessage>(heard[0]);
        Assert.Equal((message.Room, message.Epoch, message.Sequence, message.Sender, message.At), (first.Room, first.Epoch, first.Sequence, first.Sender, first.At));
        Assert.Equal((message.Kind, message.Id, message.Key), (first.Kind, first.Id, first.Key));
        Assert.Equal(bytes, first.Payload.ToArray());
        var bare = Assert.IsType<RoomMessage>(heard[1]);
        Assert.Equal((null, null, null, RoomMessageKind.Text), (bare.Sender, bare.Id, bare.Key, bare.Kind));
        var signal = Assert.IsType<RoomSignal>(heard[2]);
        Assert.Equal((Attic, "ada", RoomMessageKind.Json, "{}"), (signal.Room, signal.Sender, signal.Kind, Encoding.UTF8.GetString(signal.Payload.Span)));
        Assert.Equal([("bob", true, 3L), ("bob", false, 2L)], heard[3..].Cast<PresenceChange>().Select(change => (change.Name, change.HasJoined, change.Members)));
    }

    [Fact]
    public async Task Who_has_hung_up_hears_no_more_and_others_do()
    {
        var (gone, there) = (new Ear(), new Ear());
        var line = await Subscribe(Lobby, new Ear());
        var ended = await Subscribe(Lobby, gone);
        await Subscribe(Lobby, there);
        line.Tell(Message(Lobby, 1));
        await gone.HasHeard(1);
        await ended.DisposeAsync();
        await ended.DisposeAsync();
        line.Tell(Message(Lobby, 2));
        await there.HasHeard(2);
        Assert.Single(gone.Heard);
    }

    [Fact]
    public async Task Hearing_may_lead_to_telling()
    {
        var ear = new Ear();
        IBackplaneLine? answering = null;
        var line = await Subscribe(Lobby, ear);
        answering = await Subscribe(Lobby, new Ear(news => answering!.Tell(Message(Lobby, ((RoomMessage)news).Sequence + 1))));
        line.Tell(Message(Lobby, 1));
        await ear.HasHeard(1);
        Assert.Equal(2, ((RoomMessage)ear.Heard.Single()).Sequence);
    }

    [Fact]
    public async Task Nobody_need_be_there()
    {
        var line = await Subscribe(Lobby, new Ear());
        line.Tell(Message(Lobby, 1));
        var late = new Ear();
        await Subscribe(Lobby, late);
        line.Tell(Message(Lobby, 2));
        await late.HasHeard(1);
        Assert.Equal(2, ((RoomMessage)late.Heard.Single()).Sequence);
    }

    private async Task<IBackplaneLine> Subscribe(RoomName room, Ear ear) => await (await CreateAsync()).SubscribeAsync(room, ear, Stop);

    private static RoomMessage Message(RoomName room, long sequence) => new()
    {
        Room = room,
        Epoch = Guid.Empty,
        Sequence = sequence,
        Sender = null,
        At = DateTimeOffset.UnixEpoch,
        Kind = RoomMessageKind.Text,
        Payload = "x"u8.ToArray(),
    };

    private static RoomName Room(string name) => RoomName.TryCreate(name, out var room, out var problem) ? room : throw new ArgumentException(problem);

    private sealed class Ear(Action<RoomEvent>? first = null) : IBackplaneListener
    {
        private int _hearing;

        public ConcurrentQueue<RoomEvent> Heard { get; } = new();

        /// <summary>Whether two pieces of news came at once.</summary>
        public bool WasPressed { get; private set; }

        public void OnNews(RoomEvent news)
        {
            WasPressed |= Interlocked.Increment(ref _hearing) > 1;
            first?.Invoke(news);
            Heard.Enqueue(news);
            Interlocked.Decrement(ref _hearing);
        }

        public void OnInterruption()
        {
        }

        public async Task HasHeard(int count)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            limit.CancelAfter(Patience);
            while (Heard.Count < count)
            {
                await Task.Delay(1, limit.Token);
            }

            Assert.Equal(count, Heard.Count);
        }
    }
}
