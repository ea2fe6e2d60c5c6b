using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>A newer token, and the application that is asked again about each room that its connection is in.</summary>
public sealed class RenewalTests
{
    private const string Auth = """{"type":"auth","token":"all"}""";
    private const string Authenticated = """{"type":"authenticated","user":"ada","expires":"2026-01-01T12:20:00.000Z"}""";

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Soon = Noon.AddMinutes(10);
    private static readonly DateTimeOffset Later = Noon.AddMinutes(20);
    private static readonly Refusal No = Refusal.Because("Not with this token.");

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly Doorkeeper _application = new();
    private readonly StubbornLog _log = new();

    [Fact]
    public async Task The_application_is_asked_about_each_room_and_where_it_refuses_the_member_leaves()
    {
        await using var house = House();
        var ada = await GuestInAsync(house, "attic", "stage");
        _application.Say("attic", No);

        ada.Say(Auth);

        await ada.HearsAsync("""{"type":"left","room":"attic"}""");
        await ada.HearsAsync(Authenticated);
        Assert.Equal([("attic", Soon), ("stage", Soon), ("attic", Later), ("stage", Later)], _application.Asked);
        Assert.Empty(await house.NamesInAsync("attic"));
        await house.PublishAsync("attic", "not for ada");
        await house.PublishAsync("stage", "for all");
        Assert.Equal("stage", (await ada.NextAsync("message")).GetProperty("room").GetString());
        ada.Say("""{"type":"publish","room":"attic","id":"p","data":1}""");
        await ada.RefusedAsync("not-joined", "p");
        ada.Say("""{"type":"join","room":"attic"}""");
        await ada.RefusedAsync("refused");
        _application.Say("attic", null);
        ada.Say("""{"type":"join","room":"attic"}""");
        await ada.NextAsync("joined");
    }

    [Fact]
    public async Task An_application_that_fails_to_decide_has_refused()
    {
        await using var house = House();
        var ada = await GuestInAsync(house, "attic", "stage");
        _application.Throw("attic");

        ada.Say(Auth);

        await ada.HearsAsync("""{"type":"left","room":"attic"}""");
        await ada.HearsAsync(Authenticated);
        await ada.HearsNothingMoreAsync();
    }

    [Fact]
    public async Task Who_leaves_the_room_of_its_address_keeps_the_connection()
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("lobby", "ada");
        _application.Say("lobby", No);

        ada.Say(Auth);

        await ada.HearsAsync("""{"type":"left","room":"lobby"}""");
        await ada.HearsAsync(Authenticated);
        ada.Say("""{"type":"publish","data":1}""");
        await ada.RefusedAsync("not-joined");
        _application.Say("lobby", null);
        ada.Say("""{"type":"join","room":"lobby"}""");
        await ada.NextAsync("joined");
        ada.Say("""{"type":"publish","data":1}""");
        await ada.MessagesAsync(1, 1);
    }

    [Fact]
    public async Task What_the_token_forbids_is_over_at_once_and_the_application_is_not_asked_about_it()
    {
        await using var house = House();
        var ada = await GuestInAsync(house, "attic", "stage");
        var decision = _application.Think("attic");

        ada.Say("""{"type":"auth","token":"attic"}""");

        await ada.HearsAsync("""{"type":"left","room":"stage"}""");
        await Patience.Until(() => _application.Asked.Count > 2);
        Assert.Equal([("attic", Soon), ("stage", Soon), ("attic", Later)], _application.Asked);
        decision.SetResult(null);
        await ada.HearsAsync(Authenticated);
    }

    [Fact]
    public async Task It_thinks_about_all_rooms_at_once_and_each_answer_counts_when_it_is_there()
    {
        await using var house = House();
        var ada = await GuestInAsync(house, "attic", "cellar", "stage");
        var (attic, cellar, stage) = (_application.Think("attic"), _application.Think("cellar"), _application.Think("stage"));
        ada.Say(Auth);
        await Patience.Until(() => _application.Asked.Count == 6);

        stage.SetResult(No);
        await ada.HearsAsync("""{"type":"left","room":"stage"}""");
        attic.SetResult(No);
        await ada.HearsAsync("""{"type":"left","room":"attic"}""");
        await house.PublishAsync("cellar", "still there");
        await ada.MessagesAsync(1, 1);
        cellar.SetResult(null);

        await ada.HearsAsync(Authenticated);
        Assert.Equal([], await house.NamesInAsync("stage"));
        Assert.Equal(["ada"], await house.NamesInAsync("cellar"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_sent_while_it_thinks_waits_for_what_it_says(bool isRefused)
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("lobby", "ada");
        var decision = _application.Think("lobby");
        ada.Say(Auth);
        ada.Say("""{"type":"publish","id":"own","data":"own"}""");
        await Patience.Until(() => _application.Asked.Count == 2);

        // Until it has decided she is there, and hears.
        await house.PublishAsync("lobby", "another's");
        await ada.MessagesAsync(1, 1);
        decision.SetResult(isRefused ? No : null);

        if (isRefused)
        {
            await ada.HearsAsync("""{"type":"left","room":"lobby"}""");
            await ada.HearsAsync(Authenticated);
            await ada.RefusedAsync("not-joined", "own");
        }
        else
        {
            await ada.HearsAsync(Authenticated);
            Assert.Equal(["own"], await ada.MessagesAsync(2, 2));
            await ada.NextAsync("ack");
        }
    }

    [Fact]
    public async Task A_connection_that_ends_while_it_thinks_leaves_nobody_behind_and_no_failure()
    {
        await using var house = House();
        var ada = await GuestInAsync(house, "attic", "stage");
        var decision = _application.Think("attic");
        ada.Say(Auth);
        await Patience.Until(() => _application.Asked.Count == 4);

        var socket = house.SocketOf("ada");
        ada.Socket.Abort();
        await Patience.Until(() => house.Rooms.Directory.Count == 0);
        decision.SetResult(No);

        Assert.NotEqual(FailureKind.Handler, socket.Failure?.Kind);
        var again = await house.JsonGuestAsync("stage", "ada");
        again.Say("""{"type":"publish","data":"back"}""");
        await again.MessagesAsync(1, 1);
        Assert.Equal(["ada"], await house.NamesInAsync("stage"));
        Assert.Empty(await house.NamesInAsync("attic"));
    }

    [Fact]
    public async Task A_member_that_is_cut_off_while_it_thinks_leaves_once()
    {
        await using var house = House();
        await house.PublishAsync("lobby", "one");
        await house.GuestAsync("lobby", "bob");
        var ada = await house.JsonGuestAsync("", "ada");
        _log.HoldReads();
        ada.Say("""{"type":"join","room":"lobby","since":0}""");
        await ada.NextAsync("joined");
        var decision = _application.Think("lobby");
        ada.Say(Auth);
        await Patience.Until(() => _application.Asked.Count == 3);

        _log.IsBroken = true;
        _log.Read();
        await ada.RefusedAsync("unavailable");
        await ada.HearsAsync("""{"type":"left","room":"lobby"}""");
        decision.SetResult(No);

        await ada.HearsAsync(Authenticated);
        await ada.HearsNothingMoreAsync();
        Assert.Equal(["bob"], await house.NamesInAsync("lobby"));
    }

    [Fact]
    public async Task Who_hears_the_past_when_it_is_refused_hears_no_more_of_it()
    {
        await using var house = House();
        await house.PublishAsync("lobby", "one");
        await house.GuestAsync("lobby", "bob");
        var ada = await house.JsonGuestAsync("", "ada");
        _log.HoldReads();
        ada.Say("""{"type":"join","room":"lobby","since":0}""");
        await ada.NextAsync("joined");
        _application.Say("lobby", No);

        ada.Say(Auth);
        await ada.HearsAsync("""{"type":"left","room":"lobby"}""");
        await ada.HearsAsync(Authenticated);
        _log.Read();
        await Patience.Until(() => _log.Waiting == 0);

        _application.Say("lobby", null);
        ada.Say("""{"type":"join","room":"lobby","since":0}""");
        await ada.NextAsync("joined");
        await ada.MessagesAsync(1, 1);
    }

    [Fact]
    public async Task While_it_thinks_the_newer_token_s_moment_counts_and_the_older_one_s_passes()
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("lobby", "ada");
        var decision = _application.Think("lobby");
        ada.Say(Auth);
        await Patience.Until(() => _application.Asked.Count == 2);

        _time.Advance(TimeSpan.FromMinutes(15));
        await house.PublishAsync("lobby", "still there");
        await ada.MessagesAsync(1, 1);
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal((CloseCode)4401, await ada.CodeAsync());
        decision.SetResult(null);
        await Patience.Until(() => house.Rooms.Directory.Count == 0);
    }

    [Fact]
    public async Task A_message_that_was_on_its_way_is_stored_and_answered_behind_the_farewell()
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("lobby", "ada");
        _log.HoldCommits();
        ada.Say("""{"type":"publish","id":"m1","data":"said while she might"}""");
        _application.Say("lobby", No);
        ada.Say(Auth);
        await ada.HearsAsync("""{"type":"left","room":"lobby"}""");
        await ada.HearsAsync(Authenticated);

        _log.Commit();

        await ada.HearsAsync("""{"type":"ack","id":"m1","room":"lobby","seq":1}""");
        await ada.HearsNothingMoreAsync();
    }

    private static async Task<JsonGuest> GuestInAsync(House house, params string[] rooms)
    {
        var ada = await house.JsonGuestAsync("", "ada");
        foreach (var room in rooms)
        {
            ada.Say($$"""{"type":"join","room":"{{room}}"}""");
            await ada.NextAsync("joined");
        }

        return ada;
    }

    private House House() => new(
        new RoomOptions { Rules = WebSockets.Tests.House.Quiet(), Hooks = _application, Log = _log, TailLength = 0, TimeProvider = _time },
        reader: (token, _) => new(TokenReading.Of(Identity("ada", token == "attic" ? Only("attic") : RoomGrants.ReadAndWrite, Later))),
        identities: name => Identity(name, RoomGrants.ReadAndWrite, Soon));

    private static RoomGrants Only(string room) => new([KeyValuePair.Create(WebSockets.Tests.House.Pattern(room, new RoomSettings()).Key, RoomAction.Read)]);

    private static RoomIdentity Identity(string name, RoomGrants grants, DateTimeOffset expires) => new(name, name, grants, expires);
}
