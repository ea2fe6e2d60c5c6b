using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.Tests;

/// <summary>What may be published, by whom, how often, and how much of it may wait.</summary>
public class PublishTests
{
    private const int BytesBesidePayload = 128;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public async Task A_message_says_who_when_where_and_what()
    {
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        await room.PublishAsync(ada, new byte[] { 0xFF, 0x00 }, RoomMessageKind.Binary, "m1").InTime();

        var message = Assert.Single(ada.Messages);
        Assert.Equal((Say.Lobby, room.Epoch, 1L, "ada", "m1"), (message.Room, message.Epoch, message.Sequence, message.Sender, message.Id));
        Assert.Equal((_clock.GetUtcNow(), RoomMessageKind.Binary), (message.At, message.Kind));
        Assert.Equal([0xFF, 0x00], message.Payload.ToArray());
    }

    [Fact]
    public async Task One_call_hands_a_message_to_all_who_are_reached_alike()
    {
        var delivery = new ToHearers();
        var directory = Directory(new RoomSettings { PresenceEvents = false });
        var hearers = Enumerable.Range(0, 50).Select(i => new Hearer($"{i}", delivery: delivery)).ToList();
        foreach (var hearer in hearers)
        {
            await directory.Join(hearer);
        }

        var before = delivery.Calls;
        await directory.Text(Say.Lobby, "x");
        Assert.Equal(before + 1, delivery.Calls);
        Assert.All(hearers, hearer => Assert.Same(hearers[0].Messages.Single(), Assert.Single(hearer.Messages)));
    }

    [Theory]
    [InlineData("4142434445", RoomMessageKind.Text, "too-big")]
    [InlineData("4142434445", RoomMessageKind.Binary, "too-big")]
    [InlineData("41424344", RoomMessageKind.Text, null)]
    [InlineData("", RoomMessageKind.Text, null)]
    [InlineData("C0AF", RoomMessageKind.Text, "malformed")]       // overlong
    [InlineData("EDA080", RoomMessageKind.Text, "malformed")]     // a surrogate
    [InlineData("C0AF", RoomMessageKind.Binary, null)]
    [InlineData("7B7D", RoomMessageKind.Json, null)]              // {}
    [InlineData("20312020", RoomMessageKind.Json, null)]          // 1
    [InlineData("", RoomMessageKind.Json, "malformed")]
    [InlineData("7B", RoomMessageKind.Json, "malformed")]         // {
    [InlineData("312032", RoomMessageKind.Json, "malformed")]     // 1 2
    [InlineData("2261 22", RoomMessageKind.Json, "malformed")]    // "a": a string is Text
    [InlineData("22FF22", RoomMessageKind.Json, "malformed")]
    [InlineData("5B22FF", RoomMessageKind.Json, "malformed")]
    public async Task A_payload_is_what_it_says_and_not_too_long(string hex, RoomMessageKind kind, string? code)
    {
        var ada = new Hearer();
        var room = await Directory(new RoomSettings { MaxMessageBytes = 4 }).Join(ada);
        var payload = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var publication = new NotedPublication { Member = ada, Payload = payload, Kind = kind, At = default };

        Assert.Equal(code, (await room.TryPublishAsync(publication))?.Code);
        Assert.Equal(code, room.TrySignal(ada, payload, kind)?.Code);
        Assert.Equal(code is null ? 1 : 0, publication.Answers);
    }

    [Fact]
    public async Task Json_may_be_nested_32_deep()
    {
        var room = await Directory().Join(new Hearer());
        foreach (var (depth, isGood) in new[] { (32, true), (33, false), (10_000, false) })
        {
            var nested = Say.Bytes(new string('[', depth) + new string(']', depth));
            Assert.Equal(isGood, await room.TryPublishAsync(new NotedPublication { Payload = nested, Kind = RoomMessageKind.Json, At = default }) is null);
        }
    }

    [Fact]
    public async Task Only_members_of_the_room_publish_as_members()
    {
        var directory = Directory();
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        var elsewhere = await directory.Join(Say.Name("elsewhere"), bob);

        Assert.Equal("not-joined", (await Say.Refused(() => room.Text(bob, "x"))).Code);
        Assert.Equal("not-joined", room.TrySignal(bob, Say.Bytes("x"), RoomMessageKind.Text)?.Code);
        elsewhere.Leave(bob);
        Assert.Equal("not-joined", (await Say.Refused(() => elsewhere.Text(bob, "x"))).Code);
        Assert.False(room.Leave(bob));
        Assert.Equal(0, room.Sequence);
    }

    [Fact]
    public async Task What_a_member_may_is_what_its_newest_identity_allows()
    {
        var reader = new RoomGrants([KeyValuePair.Create(RoomNameGlob.Any, RoomAction.Read)]);
        var ada = new Hearer();
        var room = await Directory().Join(ada);
        await room.Text(ada, "one");
        ada.Identity = new RoomIdentity("ada", "ada", reader);
        Assert.Equal("forbidden", (await Say.Refused(() => room.Text(ada, "two"))).Code);
        Assert.Equal("forbidden", room.TrySignal(ada, Say.Bytes("x"), RoomMessageKind.Text)?.Code);
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(3, 1)]
    [InlineData(0.3, 2)]
    [InlineData(997, 5)]
    public async Task Who_is_too_fast_is_told_how_long_to_wait_and_needs_not_wait_longer(double perSecond, int burst)
    {
        var ada = new Hearer();
        var room = await Directory(new RoomSettings { Rate = new RateLimit { PerSecond = perSecond, Burst = burst } }).Join(ada);
        for (var i = 0; i < burst; i++)
        {
            Assert.Null(await room.TryPublishAsync(NotedPublication.Of(ada, "x")));
        }

        for (var round = 0; round < 50; round++)
        {
            var refusal = await room.TryPublishAsync(NotedPublication.Of(ada, "x"));
            Assert.Equal("rate-limited", refusal?.Code);
            Assert.InRange(refusal!.RetryAfter!.Value.TotalSeconds, 0.0001, (1 / perSecond) + 0.001);
            _clock.Advance(refusal.RetryAfter.Value);
            Assert.Null(await room.TryPublishAsync(NotedPublication.Of(ada, "x")));
        }
    }

    [Fact]
    public async Task Each_member_has_a_rate_of_its_own_and_a_backend_has_none()
    {
        var directory = Directory(new RoomSettings { Rate = new RateLimit { PerSecond = 1, Burst = 1 } });
        var (ada, bob) = (new Hearer("ada"), new Hearer("bob"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        await room.Text(ada, "1");
        await room.Text(bob, "2");
        Assert.Equal("rate-limited", room.TrySignal(ada, Say.Bytes("x"), RoomMessageKind.Text)?.Code);
        for (var i = 0; i < 10; i++)
        {
            await directory.Text(Say.Lobby, "x");
        }
    }

    [Fact]
    public async Task What_waits_is_bounded_and_beyond_it_is_busy_until_it_is_stored()
    {
        var hold = new Hold();
        var directory = new RoomDirectory(new RoomOptions
        {
            Log = new ScriptedLog { BeforeAppend = hold.Pass },
            MaxUndeliveredBytes = 3 * (BytesBesidePayload + 10),
        });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        var taken = new[] { room.Text(ada, "message 01"), room.Text(ada, "message 02"), room.Text(ada, "message 03") };

        var refusal = await Say.Refused(() => room.Text(ada, "message 04"));
        Assert.Equal(("busy", true), (refusal.Code, refusal.RetryAfter > TimeSpan.Zero));
        Assert.Equal("busy", room.TrySignal(ada, Say.Bytes("x"), RoomMessageKind.Text)?.Code);
        hold.Free();
        await Task.WhenAll(taken);

        Assert.Equal(4, (await room.Text(ada, "message 04")).Sequence);
        Assert.Equal(["message 01", "message 02", "message 03", "message 04"], ada.Texts);
    }

    [Fact]
    public async Task Whatever_becomes_of_it_what_it_counted_for_is_given_back()
    {
        var log = new ScriptedLog();
        var directory = new RoomDirectory(new RoomOptions { Log = log, MaxUndeliveredBytes = 0, Rules = new RoomRules(new RoomSettings { Rate = null }) });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        for (var round = 0; round < 5; round++)
        {
            await room.Text(ada, "stored", $"m{round}");
            await room.Text(ada, "a repeat", $"m{round}");
            log.BeforeAppend = ScriptedLog.Fail;
            Assert.Equal("unavailable", (await Say.Refused(() => room.Text(ada, "failed"))).Code);
            log.BeforeAppend = null;
            Assert.Null(room.TrySignal(ada, Say.Bytes("x"), RoomMessageKind.Text));
        }

        // Nor more than that: of two at once the second is refused still.
        var hold = new Hold();
        log.BeforeAppend = hold.Pass;
        var first = room.Text(ada, "one");
        Assert.Equal("busy", (await Say.Refused(() => room.Text(ada, "two"))).Code);
        hold.Free();
        await first;
    }

    [Fact]
    public async Task A_signal_goes_to_everyone_else_and_is_not_stored()
    {
        var directory = Directory();
        var (ada, bob, eve) = (new Hearer("ada"), new Hearer("bob"), new Hearer("eve"));
        var room = await directory.Join(ada);
        await directory.Join(bob);
        Assert.Null(room.TrySignal(ada, Say.Bytes("typing"), RoomMessageKind.Text));
        await directory.Join(eve, since: 0);
        Assert.Equal("joined@0 ~typing +eve/3", bob.Story);
        Assert.Equal("joined@0 +bob/2 +eve/3", ada.Story);
        Assert.Equal("joined@0", eve.Story);
        Assert.Equal(0, room.Sequence);
    }

    private RoomDirectory Directory(RoomSettings? settings = null) => new(new RoomOptions { TimeProvider = _clock, Rules = new RoomRules(settings) });
}
