using System.Diagnostics;
using System.Globalization;
using Switchboard.LoadTest.CommandLine;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Modes;
using Switchboard.LoadTest.Wire;

namespace Switchboard.LoadTest.Rooms;

/// <summary><c>rooms-client</c>: one of the processes that <c>rooms</c> starts. Its members publish and receive as the board says.</summary>
internal sealed class RoomsClient : LoadLoop
{
    // Opened and closed beforehand, so that the code a connection needs, and its compiling, do not count as the members'.
    private const int PrimingConnections = 200;

    private const int MembersPerSource = 1000;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan GlanceAtOthers = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    private readonly RoomsLoad _load;
    private readonly Board _board;
    private readonly ClientCounts _counts;
    private readonly Receipts _receipts;
    private readonly Publisher[] _publishers;
    private long _deliveries;
    private long _published;

    private RoomsClient(ConnectionSet connections, RoomsLoad load, Board board, int client, Receipts receipts, Publisher[] publishers)
        : base(connections)
    {
        _load = load;
        _board = board;
        _counts = board.Client(client);
        _receipts = receipts;
        _publishers = publishers;
    }

    public static void Execute(Arguments arguments)
    {
        var load = RoomsLoad.Parse(arguments);
        var url = LoopbackUrl.Parse(arguments.Required("--url"));
        var client = arguments.Number("--client", 0, load.Clients - 1) ?? throw new UsageException("--client is needed.");
        using var board = Board.Open(load, arguments.Required("--board"));
        arguments.RefuseOthers();

        var counts = board.Client(client);
        Await(board, Step.Prime);
        Prime(url, load, client);
        counts.Done = Step.Prime;

        Await(board, Step.Join);
        using var members = Join(url, load, board, client);
        counts.Done = Step.Join;

        members.Follow();
    }

    protected override void OnMessages(int connection, int messages) => _deliveries += messages;

    protected override int Wait(Poller poller)
    {
        var now = Stopwatch.GetTimestamp();
        var wait = _receipts.WaitsForOthers ? GlanceAtOthers : Glance;
        foreach (var publisher in _publishers)
        {
            var until = TimeSpan.FromMicroseconds(Math.Max(0, publisher.WakesAt - now) / (Stopwatch.Frequency / 1_000_000.0));
            wait = until < wait ? until : wait;
        }

        return poller.Wait(wait);
    }

    private static void Await(Board board, long step)
    {
        while (Volatile.Read(ref board.Command) < step)
        {
            Thread.Sleep(5);
        }
    }

    private static void Prime(LoopbackUrl url, RoomsLoad load, int client)
    {
        var format = new MessageFormat(load);
        var silence = new Silence(format);
        using var connections = ConnectionSet.Open(
            Math.Min(PrimingConnections, load.Members),
            index => Connect(url, format, client, index, $"priming-{client}-{index % 10}", $"p{index}", new MessageReader(silence, index)));
    }

    private static RoomsClient Join(LoopbackUrl url, RoomsLoad load, Board board, int client)
    {
        Membership[] members = [.. Membership.Of(load, client)];
        var template = new PublishTemplate(load);
        Publisher[] publishers =
        [
            .. from member in members.Index()
               let publisher = member.Item.Publisher(load)
               where publisher is not null
               select new Publisher(load, template, publisher.Value, member.Index),
        ];
        var format = new MessageFormat(load);
        var receipts = new Receipts(load, format, board, client, members, publishers);
        var connections = ConnectionSet.Open(members.Length, index =>
        {
            var (room, number) = members[index];
            return Connect(url, format, client, index, $"r{room}", $"m{number}", new MessageReader(receipts, index));
        });
        var all = new RoomsClient(connections, load, board, client, receipts, publishers);
        try
        {
            all.TurnUntil(() => !format.SaysJoined || receipts.Joined == members.Length, JoinTimeout, "Not every member was told that it has joined");
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    // A thousand from each address, and each process from addresses of its own.
    private static Connection Connect(
        LoopbackUrl url, MessageFormat format, int client, int index, string room, string name, MessageReader reader)
    {
        var here = url with { PathAndQuery = $"/rooms/{room}?as={name}" };
        var source = ConnectionSet.Source((client + ((index / MembersPerSource) * 8)) % 250);
        return new Connection(here, source, new OpeningHandshake(here, format.Subprotocol), reader);
    }

    /// <summary>The script, from when all are there to the end.</summary>
    private void Follow()
    {
        for (var number = 0; number < _load.Paces.Count; number++)
        {
            TurnTo(Step.Load(number));
            Begin(_load.Paces[number]);
            TurnTo(Step.Drain(number));
            Array.ForEach(_publishers, publisher => publisher.Stop());
            TurnUntil(() => Array.TrueForAll(_publishers, publisher => publisher.InFlight == 0), DrainTimeout, "Messages, or their acks, never came");
            Tell();
            _counts.Done = Step.Drain(number);
        }

        TurnTo(Step.Leave);
        _receipts.CheckCounts();
        if (_load.HasSharedRooms)
        {
            Console.WriteLine(string.Join(',', _receipts.Orders()));
        }
    }

    private void Begin(Pace pace)
    {
        var interval = pace.PerSecond is { } perSecond ? Stopwatch.Frequency / (double)perSecond : 0;
        foreach (var publisher in _publishers)
        {
            publisher.Begin(_board.LoadStart + (long)(publisher.Index * interval), (long)(interval * _load.Publishers));
        }
    }

    private void TurnTo(long step)
    {
        while (Volatile.Read(ref _board.Command) < step)
        {
            TurnOnce();
        }
    }

    private void TurnUntil(Func<bool> isReached, TimeSpan timeout, string otherwise)
    {
        var began = Stopwatch.GetTimestamp();
        while (!isReached())
        {
            TurnOnce();
            if (Stopwatch.GetElapsedTime(began) > timeout)
            {
                throw new RunFailedException($"{otherwise} within {timeout.TotalSeconds:0} s.");
            }
        }
    }

    private void TurnOnce()
    {
        Turn();
        LastReplyAt = Stopwatch.GetTimestamp(); // rooms may be silent; whoever waits for something has a patience of his own
        _receipts.Settle();
        foreach (var publisher in _publishers)
        {
            Publish(publisher);
        }

        Volatile.Write(ref _counts.Deliveries, _deliveries);
        Volatile.Write(ref _counts.Published, _published);
        Volatile.Write(ref _counts.Acks, _receipts.Acks);
    }

    private void Publish(Publisher publisher)
    {
        if (publisher.WakesAt == long.MaxValue || Connections[publisher.Member].IsSending)
        {
            return;
        }

        var frames = publisher.Compose(Stopwatch.GetTimestamp(), out var count);
        if (count > 0)
        {
            _published += count;
            Send(publisher.Member, frames);
        }
    }

    // One line for each load: what took how long, as "bucket count" pairs.
    private void Tell()
    {
        Console.WriteLine($"{Pairs(_receipts.ToLastMember)};{Pairs(_receipts.ToAck)}");
        _receipts.ToLastMember.Clear();
        _receipts.ToAck.Clear();
    }

    private static string Pairs(LatencyHistogram histogram) => string.Join(
        ',', histogram.Counts.Index().Where(bucket => bucket.Item > 0).Select(bucket => string.Create(CultureInfo.InvariantCulture, $"{bucket.Index} {bucket.Item}")));

    /// <summary>Where nobody publishes.</summary>
    private sealed class Silence(MessageFormat format) : IMessageSink
    {
        public bool OnMessage(int member, ReadOnlySpan<byte> message) => format.KindOf(message) == Said.Joined
            ? false
            : throw new RunFailedException("A member received a message before one was published.");
    }
}
