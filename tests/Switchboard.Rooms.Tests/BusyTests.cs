using System.Collections.Concurrent;

namespace Switchboard.Rooms.Tests;

/// <summary>What is published and not delivered yet is bounded, whatever the delivery does.</summary>
public sealed class BusyTests : IDisposable
{
    private const int BytesBesidePayload = 128;

    private static readonly RoomName Lobby = Say.Name("a lobby");

    private readonly ManualResetEventSlim _isDelivering = new();
    private readonly ManualResetEventSlim _mayGoOn = new();

    [Fact]
    public async Task Refuses_what_goes_beyond_the_bound_until_the_delivery_goes_on()
    {
        var directory = Blocking(new RoomOptions { MaxUndeliveredBytes = 3 * (BytesBesidePayload + 10) });
        var (ada, bob, eve) = (new Listener("ada"), new Listener("bob"), new Listener("eve"));
        var room = directory.Join(Lobby, ada);
        directory.Join(Lobby, bob);
        var delivering = BeginToDeliver(() => room.Text(ada, "message 01"));

        room.Text(bob, "message 02");
        var before = room.Text(ada, "message 03");
        var refused = Assert.Throws<RoomBusyException>(() => room.Text(bob, "message 04"));
        Assert.Throws<RoomBusyException>(() => directory.Text(Lobby, ""));

        Assert.Equal((3, 3), (before.Sequence, room.Sequence));
        Assert.Contains("a%20lobby is busy", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Try again in a moment.", refused.Message, StringComparison.Ordinal);

        // Nobody is kept from coming and going, nor another room from anything.
        room.Leave(bob);
        directory.Join(Lobby, eve, last: 10);
        Assert.Equal(1, directory.Text(Say.Name("elsewhere"), "free").Sequence);
        _mayGoOn.Set();
        await delivering;

        Assert.Equal(4, room.Text(ada, "message 04").Sequence);
        Assert.Equal(["message 01", "message 02", "message 03", "message 04"], ada.Texts);
        Assert.Equal(["message 01", "message 02", "message 03"], bob.Texts);
        Assert.Equal(ada.Texts, eve.Texts);
    }

    [Fact]
    public async Task Numbers_and_delivers_what_it_took_without_gaps_while_many_are_refused()
    {
        const int publishers = 4;
        const int attempts = 2_000;
        using var notRefusedYet = new CountdownEvent(publishers);
        var directory = new RoomDirectory(
            new After(message =>
            {
                if (message.Sequence == 1)
                {
                    notRefusedYet.Wait(TestContext.Current.CancellationToken);
                }
            }),
            new RoomOptions { MaxUndeliveredBytes = 20 * BytesBesidePayload, HistoryLength = 0 });
        var ada = new Listener();
        var room = directory.Join(Lobby, ada);
        var delivering = Task.Run(() => room.Text(ada, "first"), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => room.Sequence == 1);
        var taken = new ConcurrentBag<long> { 1 };

        await Task.WhenAll(Enumerable.Range(0, publishers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var wasRefused = false;
                for (var i = 0; i < attempts; i++)
                {
                    try
                    {
                        taken.Add(directory.Text(Lobby, "x").Sequence);
                    }
                    catch (RoomBusyException)
                    {
                        if (!wasRefused)
                        {
                            wasRefused = true;
                            notRefusedYet.Signal();
                        }
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        await delivering;
        taken.Add(room.Text(ada, "last").Sequence);

        Assert.Equal(1L.Through(taken.Count), taken.Order());
        Assert.Equal(1L.Through(taken.Count), ada.Sequences);
    }

    [Fact]
    public void Takes_one_message_of_any_length_when_none_waits()
    {
        RoomDirectory directory = null!;
        var refusals = 0;
        directory = new RoomDirectory(
            new After(_ =>
            {
                // Its own message is not delivered before it returns.
                Assert.Throws<RoomBusyException>(() => directory.Text(Lobby, ""));
                refusals++;
            }),
            new RoomOptions { MaxUndeliveredBytes = 0 });
        var ada = new Listener();
        var room = directory.Join(Lobby, ada);

        room.Text(ada, new string('x', 65_536));
        room.Text(ada, new string('y', 65_536));

        Assert.Equal(2, refusals);
        Assert.Equal([1, 2], ada.Sequences);
    }

    [Fact]
    public void A_delivery_that_throws_gives_its_bytes_back()
    {
        var directory = new RoomDirectory(new After(_ => throw new InvalidOperationException("broken")), new RoomOptions { MaxUndeliveredBytes = 0 });
        var ada = new Listener();
        var room = directory.Join(Lobby, ada);

        room.Text(ada, "one");

        Assert.Equal(2, room.Text(ada, "two").Sequence);
    }

    [Fact]
    public async Task An_empty_room_that_refuses_still_goes_in_its_turn()
    {
        var directory = Blocking(new RoomOptions { MaxUndeliveredBytes = 0, MaxEmptyRooms = 1 });
        var ada = new Listener();
        var room = directory.Join(Lobby, ada);
        var delivering = BeginToDeliver(() => room.Text(ada, "one"));
        room.Leave(ada);

        Assert.Throws<RoomBusyException>(() => directory.Text(Lobby, "two"));
        Assert.Same(room, Assert.Single(directory.List()));
        directory.Text(Say.Name("other"), "three");

        Assert.Equal("other", Assert.Single(directory.List()).Name.ToString());
        _mayGoOn.Set();
        await delivering;
    }

    public void Dispose()
    {
        _mayGoOn.Set();
        _isDelivering.Dispose();
        _mayGoOn.Dispose();
    }

    private RoomDirectory Blocking(RoomOptions options) => new(
        new After(_ =>
        {
            _isDelivering.Set();
            _mayGoOn.Wait(TestContext.Current.CancellationToken);
        }),
        options);

    private Task<RoomMessage> BeginToDeliver(Func<RoomMessage> publish)
    {
        var delivering = Task.Run(publish, TestContext.Current.CancellationToken);
        _isDelivering.Wait(TestContext.Current.CancellationToken);
        return delivering;
    }
}
