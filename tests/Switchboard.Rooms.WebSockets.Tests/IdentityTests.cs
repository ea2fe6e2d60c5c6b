using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Rooms.WebSockets.Tests;

/// <summary>Tokens that run out, are renewed, allow less, or are somebody else's.</summary>
public sealed class IdentityTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_identity_that_expires_closes_with_4401(bool isJson)
    {
        await using var house = House();
        Guest ada = isJson ? await house.JsonGuestAsync("lobby", "ada") : await house.GuestAsync("lobby", "ada");

        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        ada.Say(isJson ? """{"type":"publish","data":"still"}""" : "still");
        await ada.HearAsync(isJson ? 2 : 1);
        Assert.False(ada.Closed.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((CloseCode)4401, await ada.CodeAsync());
        await Patience.Until(async () => await house.NamesInAsync("lobby") is []);
    }

    [Fact]
    public async Task One_that_has_expired_when_it_comes_hears_nothing()
    {
        await using var house = House();
        _time.Advance(TimeSpan.FromMinutes(11));

        var late = house.Knock("lobby", "ada", "&last=10");

        Assert.Equal((CloseCode)4401, await late.CodeAsync());
        Assert.Empty(late.Heard);
        await Patience.Until(async () => await house.NamesInAsync("lobby") is []);
    }

    [Fact]
    public async Task One_that_lasts_for_years_is_not_closed_before()
    {
        await using var house = new House(Options(), identities: name => Identity(name, RoomGrants.ReadAndWrite, Noon.AddYears(2)));
        var ada = await house.GuestAsync("lobby", "ada");

        for (var month = 0; month < 24; month++)
        {
            _time.Advance(TimeSpan.FromDays(30));
            Assert.Equal(ReadyState.Open, house.SocketOf("ada").ReadyState);
        }

        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal((CloseCode)4401, await ada.CodeAsync());
    }

    [Fact]
    public async Task A_newer_token_takes_its_place_and_the_old_moment_passes()
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("lobby", "ada");

        ada.Say("""{"type":"auth","id":"a","token":"ada longer"}""");
        await ada.HearsAsync("""{"type":"authenticated","id":"a","user":"ada","expires":"2026-01-01T12:20:00.000Z"}""");
        _time.Advance(TimeSpan.FromMinutes(15));
        await ada.HearsNothingMoreAsync();
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal((CloseCode)4401, await ada.CodeAsync());
    }

    [Fact]
    public async Task A_token_that_never_expires_ends_the_waiting()
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("lobby", "ada");

        ada.Say("""{"type":"auth","token":"ada for ever"}""");
        await ada.HearsAsync("""{"type":"authenticated","user":"ada"}""");
        _time.Advance(TimeSpan.FromDays(1));

        await ada.HearsNothingMoreAsync();
    }

    [Theory]
    [InlineData("bob longer")]
    [InlineData("nonsense")]
    public async Task Somebody_else_s_token_or_a_bad_one_changes_nothing(string token)
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("lobby", "ada");

        ada.Say($$"""{"type":"auth","id":"a","token":"{{token}}"}""");
        await ada.RefusedAsync("unauthenticated", "a");
        ada.Say("""{"type":"publish","data":"goes on"}""");
        await ada.MessagesAsync(1, 1);
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal((CloseCode)4401, await ada.CodeAsync());
    }

    [Fact]
    public async Task A_token_that_allows_less_loses_the_rooms_that_it_may_not_read_and_the_voice_where_it_may_not_write()
    {
        await using var house = House();
        var ada = await house.JsonGuestAsync("", "ada");
        foreach (var room in (string[])["secret", "stage"])
        {
            ada.Say($$"""{"type":"join","room":"{{room}}"}""");
            await ada.NextAsync("joined");
        }

        ada.Say("""{"type":"auth","token":"ada narrow"}""");
        await ada.HearsAsync("""{"type":"left","room":"secret"}""");
        await ada.NextAsync("authenticated");
        Assert.Empty(await house.NamesInAsync("secret"));

        await house.PublishAsync("secret", "not for ada");
        await house.PublishAsync("stage", "for all");
        Assert.Equal("stage", (await ada.NextAsync("message")).GetProperty("room").GetString());
        ada.Say("""{"type":"publish","room":"stage","id":"p","data":1}""");
        await ada.RefusedAsync("forbidden", "p");
        ada.Say("""{"type":"signal","room":"stage","id":"s","data":1}""");
        await ada.RefusedAsync("forbidden", "s");
        ada.Say("""{"type":"history","room":"secret","id":"h"}""");
        await ada.RefusedAsync("not-joined", "h");
        ada.Say("""{"type":"join","room":"secret","id":"j"}""");
        await ada.RefusedAsync("forbidden", "j");
    }

    private House House() => new(Options(), reader: ReadAsync, identities: name => Identity(name, RoomGrants.ReadAndWrite, Noon.AddMinutes(10)));

    private RoomOptions Options() => new() { Rules = WebSockets.Tests.House.Quiet(), TimeProvider = _time };

    private static ValueTask<TokenReading> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var stage = WebSockets.Tests.House.Pattern("stage", new RoomSettings()).Key;
        return new(token.Split(' ', 2) switch
        {
            [var name, "longer"] => TokenReading.Of(Identity(name, RoomGrants.ReadAndWrite, Noon.AddMinutes(20))),
            [var name, "for ever"] => TokenReading.Of(Identity(name, RoomGrants.ReadAndWrite, null)),
            [var name, "narrow"] => TokenReading.Of(Identity(name, new RoomGrants([KeyValuePair.Create(stage, RoomAction.Read)]), null)),
            _ => TokenReading.Refused("It is no token."),
        });
    }

    private static RoomIdentity Identity(string name, RoomGrants grants, DateTimeOffset? expires) => new(name, name, grants, expires);
}
