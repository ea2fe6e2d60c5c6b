using System.Net;
using Microsoft.Extensions.Logging;
using Switchboard.Transports;
using Switchboard.Transports.Memory;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>What a member learns of a room that cannot deliver, and what the log does.</summary>
public sealed class BusyTests
{
    [Fact]
    public async Task A_publisher_beyond_the_bound_is_told_1013_and_the_room_goes_on()
    {
        var network = new HeldNetwork();
        await using var house = new House(new RoomOptions { MaxUndeliveredBytes = 0 }, transport: network);
        var eve = await house.GuestAsync("lobby", "eve");
        var eves = network.Accepted.Single();
        var ada = await house.GuestAsync("lobby", "ada");
        var bob = await house.GuestAsync("lobby", "bob");
        Assert.True(house.Rooms.Directory.TryGet(house.Publish("lobby", "zero").Room, out var room));

        using (await Held.TakeAsync(eves))
        {
            ada.Say("one");
            await Patience.Until(() => room.Sequence == 2);
            bob.Say("two");

            var (code, reason) = await bob.Closed.Soon();
            Assert.Equal(CloseCode.TryAgainLater, code);
            Assert.StartsWith("The room is busy", reason, StringComparison.Ordinal);
            Assert.Throws<RoomBusyException>(() => house.Publish("lobby", "three"));
            Assert.Equal(2, room.Sequence);
        }

        Assert.Equal(["zero", "one"], await eve.HearAsync(2));
        await Patience.Until(() => house.NamesIn("lobby") is ["eve", "ada"]);
        var back = await house.GuestAsync("lobby", "back");
        back.Say("four");
        Assert.Equal(["zero", "one", "four"], await eve.HearAsync(3));
        Assert.Equal(3, room.Sequence);
    }

    [Fact]
    public void A_delivery_that_throws_is_logged()
    {
        var log = new Journal();
        var rooms = new RoomSockets(log: log);
        Assert.True(RoomName.TryParse("lobby", out var lobby, out _));

        // A member that is no socket cannot be reached.
        rooms.Directory.Join(lobby, new Stranger());
        rooms.Directory.Publish(lobby, [], RoomMessageKind.Text);

        Assert.Equal(3000, Assert.Single(log.Events));
    }

    private sealed class Stranger() : RoomMember("stranger", wantsEcho: true);

    private sealed class Journal : ILogger<RoomDirectory>
    {
        public List<int> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Events.Add(eventId.Id);
    }

    /// <summary>A lock in the hands of a thread of its own: whoever writes to that connection waits.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _mayGo = new();
        private readonly Task _holding;

        private Held(ITransport transport, TaskCompletionSource taken) => _holding = Task.Factory.StartNew(
            () =>
            {
                using (transport.Gate.Enter())
                {
                    taken.SetResult();
                    _mayGo.Wait();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        public static async Task<Held> TakeAsync(ITransport transport)
        {
            var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var held = new Held(transport, taken);
            await taken.Task.Soon();
            return held;
        }

        public void Dispose()
        {
            _mayGo.Set();
            _holding.Wait();
            _mayGo.Dispose();
        }
    }

    /// <summary>A network in memory that remembers the server's ends.</summary>
    private sealed class HeldNetwork : ITransportFactory
    {
        private readonly MemoryNetwork _network = new();

        public List<ITransport> Accepted { get; } = [];

        public ITransportListener Listen(EndPoint endPoint, int backlog) => new Listener(_network.Listen(endPoint, backlog), Accepted);

        public ValueTask<ITransport> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) =>
            _network.ConnectAsync(endPoint, cancellationToken);

        private sealed class Listener(ITransportListener inner, List<ITransport> accepted) : ITransportListener
        {
            public EndPoint LocalEndPoint => inner.LocalEndPoint;

            public void Start(Action<ITransport> onAccepted) => inner.Start(transport =>
            {
                accepted.Add(transport);
                onAccepted(transport);
            });

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
