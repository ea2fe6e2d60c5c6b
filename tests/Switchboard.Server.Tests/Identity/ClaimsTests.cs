using System.Globalization;
using Switchboard.Rooms;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>What a token claims, once its signature is right.</summary>
public sealed class ClaimsTests
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Who_what_and_until_when()
    {
        var identity = await Door.OfSecret().LetsInAsync(Jwt.Hs256(Jwt.Claims(
            ""","name":"Ada é 😀","rooms":{"lobby":["read","write"],"game-*":["read"],"mine":["manage"],"quiet":[]},"scope":{"a":[{"b":1}]}""")));

        Assert.Equal(("u-1", "Ada é 😀"), (identity.Publisher, identity.Name));
        Assert.Equal(Jwt.Now.AddHours(1) + Skew, identity.ExpiresAt);
        Assert.True(identity.Grants.Allows(Room("lobby"), RoomAction.Read | RoomAction.Write));
        Assert.False(identity.Grants.Allows(Room("lobby"), RoomAction.Manage));
        Assert.True(identity.Grants.Allows(Room("game-7"), RoomAction.Read));
        Assert.False(identity.Grants.Allows(Room("game-7"), RoomAction.Write));
        Assert.True(identity.Grants.Allows(Room("mine"), RoomAction.Manage | RoomAction.Read | RoomAction.Write));
        Assert.False(identity.Grants.Allows(Room("quiet"), RoomAction.Read));
        Assert.False(identity.Grants.Allows(Room("elsewhere"), RoomAction.Read));
    }

    [Fact]
    public async Task Without_a_name_it_is_the_subject_and_without_rooms_nothing_is_allowed()
    {
        var identity = await Door.OfSecret().LetsInAsync(Jwt.Hs256());

        Assert.Equal("u-1", identity.Name);
        Assert.False(identity.Grants.Allows(Room("lobby"), RoomAction.Read));
    }

    [Theory]
    [InlineData("""{"exp":EXP}""", "sub")]
    [InlineData("""{"sub":7,"exp":EXP}""", "'sub' must be a string")]
    [InlineData("""{"sub":null,"exp":EXP}""", "'sub' must be a string")]
    [InlineData("""{"sub":["u-1"],"exp":EXP}""", "'sub' must be a string")]
    [InlineData("""{"sub":{"a":"u-1"},"exp":EXP}""", "'sub' must be a string")]
    [InlineData("""{"sub":"","exp":EXP}""", "'sub': The name is empty")]
    [InlineData("""{"sub":"marker\n","exp":EXP}""", "control character U+000A")]
    [InlineData("""{"sub":"marker\u0000","exp":EXP}""", "control character U+0000")]
    [InlineData("""{"sub":"marker\ud800","exp":EXP}""", "'sub' must be a string")]
    [InlineData("""{"sub":"u-1","name":7,"exp":EXP}""", "'name' must be a string")]
    [InlineData("""{"sub":"u-1","name":null,"exp":EXP}""", "'name' must be a string")]
    [InlineData("""{"sub":"u-1","name":"","exp":EXP}""", "'name': The name is empty")]
    [InlineData("""{"sub":"u-1","name":"marker\r\n","exp":EXP}""", "control character U+000D")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":null}""", "'rooms' is no object")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":"*"}""", "'rooms' is no object")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":["lobby"]}""", "'rooms' is no object")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"lobby":"read"}}""", "'rooms' allows something else")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"lobby":true}}""", "'rooms' allows something else")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"lobby":{"read":true}}}""", "'rooms' allows something else")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"lobby":[["read"]]}}""", "'rooms' allows something else")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"lobby":["read",null]}}""", "'rooms' allows something else")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"lobby":["Read"]}}""", "'rooms' allows something else")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"lobby":["marker"]}}""", "'rooms' allows something else")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"":["read"]}}""", "'rooms' has a pattern that is none")]
    [InlineData("""{"sub":"u-1","exp":EXP,"rooms":{"marker\n":["read"]}}""", "'rooms' has a pattern that is none")]
    [InlineData("""{"sub":"u-1"}""", "when it expires")]
    [InlineData("""{"sub":"u-1","exp":null}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":"EXP"}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":[EXP]}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":true}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":0}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":-1}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":1e12}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":1e400}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":-1e400}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":99999999999999999999999999}""", "'exp' is no date")]
    [InlineData("""{"sub":"u-1","exp":EXP,"nbf":"EXP"}""", "'nbf' is no date")]
    [InlineData("""{"sub":"u-1","exp":EXP,"nbf":{}}""", "'nbf' is no date")]
    public async Task What_is_not_of_its_type_is_refused_with_its_name(string payload, string why) =>
        await Door.OfSecret().RefusesAsync(Jwt.Hs256(payload.Replace("EXP", $"{Jwt.Seconds(TimeSpan.FromHours(1))}", StringComparison.Ordinal)), why);

    [Fact]
    public async Task A_date_far_away_is_one()
    {
        var identity = await Door.OfSecret().LetsInAsync(Jwt.Hs256("""{"sub":"u-1","exp":1e11}"""));
        Assert.Equal(5138, identity.ExpiresAt?.Year);
    }

    [Fact]
    public async Task It_expires_by_our_clock_and_is_given_the_skew()
    {
        var door = Door.OfSecret();
        var token = Jwt.Hs256();
        var identity = await door.LetsInAsync(token);

        door.Clock.Advance(TimeSpan.FromHours(1) + Skew - TimeSpan.FromSeconds(1));
        await door.LetsInAsync(token);
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(identity.ExpiresAt, door.Clock.GetUtcNow());
        await door.RefusesAsync(token, "has expired");
    }

    [Fact]
    public async Task It_is_not_taken_before_it_is_valid_beyond_the_skew()
    {
        var door = Door.OfSecret();
        await door.LetsInAsync(Jwt.Hs256(Jwt.Claims($",\"nbf\":{Jwt.Seconds(Skew)}")));
        var later = Jwt.Hs256(Jwt.Claims($",\"nbf\":{Jwt.Seconds(TimeSpan.FromMinutes(5))}"));
        await door.RefusesAsync(later, "not valid yet");

        door.Clock.Advance(TimeSpan.FromMinutes(5) - Skew);
        await door.LetsInAsync(later);
    }

    [Fact]
    public async Task A_date_may_have_a_fraction()
    {
        var seconds = Jwt.Seconds(TimeSpan.FromHours(1)).ToString(CultureInfo.InvariantCulture);
        var identity = await Door.OfSecret().LetsInAsync(Jwt.Hs256($$"""{"sub":"u-1","exp":{{seconds}}.5}"""));
        Assert.Equal(Jwt.Now.AddHours(1).AddSeconds(0.5) + Skew, identity.ExpiresAt);
    }

    [Theory]
    [InlineData("\"https://issuer.example\"", true)]
    [InlineData("\"https://issuer.example/\"", false)]
    [InlineData("\"HTTPS://ISSUER.EXAMPLE\"", false)]
    [InlineData("\"https://issuer.example.evil\"", false)]
    [InlineData("\"https://evil.example https://issuer.example\"", false)]
    [InlineData("[\"https://issuer.example\"]", false)]                          // RFC 7519 §4.1.1: a string, unlike aud
    [InlineData("[\"https://evil.example\",\"https://issuer.example\"]", false)] // CVE-2025-30144 (fast-jwt)
    [InlineData("{\"a\":\"https://issuer.example\"}", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    [InlineData(null, false)]
    public async Task The_issuer_that_is_configured_is_the_only_one(string? issuer, bool isRight)
    {
        var token = Jwt.Hs256(Jwt.Claims(issuer is null ? "" : $",\"iss\":{issuer}"));
        await (isRight ? Door.OfSecret(issuer: "https://issuer.example").LetsInAsync(token) : Door.OfSecret(issuer: "https://issuer.example").RefusesAsync(token, "(iss)"));
    }

    [Theory]
    [InlineData("\"rooms\"", true)]
    [InlineData("[\"rooms\"]", true)]
    [InlineData("[\"other\",\"rooms\"]", true)]
    [InlineData("[7,\"rooms\"]", true)]
    [InlineData("\"rooms/\"", false)]
    [InlineData("\"rooms other\"", false)]
    [InlineData("[[\"rooms\"]]", false)]
    [InlineData("{\"rooms\":true}", false)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    [InlineData(null, false)]
    public async Task The_audience_that_is_configured_is_among_those_of_the_token(string? audience, bool isRight)
    {
        var token = Jwt.Hs256(Jwt.Claims(audience is null ? "" : $",\"aud\":{audience}"));
        await (isRight ? Door.OfSecret(audience: "rooms").LetsInAsync(token) : Door.OfSecret(audience: "rooms").RefusesAsync(token, "(aud)"));
    }

    private static RoomName Room(string name) => RoomName.TryCreate(name, out var room, out var problem) ? room : throw new ArgumentException(problem);
}
