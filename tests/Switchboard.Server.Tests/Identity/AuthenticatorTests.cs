using Switchboard.Rooms;
using Switchboard.Server.Configuration;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>Where a request's token is found, and how that of an open connection is renewed.</summary>
public sealed class AuthenticatorTests
{
    private static readonly string Token = Jwt.Hs256();
    private static readonly string Other = Jwt.Hs256(Jwt.Claims(",\"name\":\"Other\""));

    public static TheoryData<string, string, string?> Places => new()
    {
        { "Authorization", $"Bearer {Token}", null },
        { "Authorization", $"bearer   {Token}", null },
        { "Sec-WebSocket-Protocol", $"bearer.{Token}", null },
        { "Sec-WebSocket-Protocol", $"switchboard.v1.json, bearer.{Token}", null },
        { "Sec-WebSocket-Protocol", $"bearer.{Token},switchboard.v1.json", null },
        { "Cookie", $"session={Token}", "session" },
        { "Cookie", $"theme=dark; session={Token}; x=y", "session" },

        // What others on the same host have set, however badly.
        { "Cookie", $"prefs={{\"a\":1, \"b\":[2]}}; session={Token}", "session" },
        { "Cookie", $"session={Token}; bad name=1; =2; ;; x", "session" },
        { "Cookie", $"a=\"b; session={Token}; c=d\"", "session" },
        { "Cookie", $"é=ü; session={Token}", "session" },
    };

    public static TheoryData<string, string, string?> NoPlaces => new()
    {
        { "X-Nothing", "", null },
        { "Authorization", "Basic dTpw", null },
        { "Authorization", $"BearerX {Token}", null },
        { "Sec-WebSocket-Protocol", $"switchboard.v1.json, Bearer.{Token}", null },
        { "Cookie", $"session={Token}", null },
        { "Cookie", $"session={Token}", "other" },
        { "Cookie", $"Session={Token}", "session" },
        { "X-Authorization", $"Bearer {Token}", null },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_token_is_found(string header, string value, string? cookie)
    {
        var result = await Door.OfSecret(cookie: cookie).Authenticator.AuthenticateAsync(Door.Request((header, value)), TestContext.Current.CancellationToken);
        Assert.Equal("u-1", result.ToIdentity("marker").Publisher);
    }

    [Theory]
    [MemberData(nameof(NoPlaces))]
    public async Task Elsewhere_it_is_none(string header, string value, string? cookie)
    {
        var failure = (await Door.OfSecret(cookie: cookie).Authenticator.AuthenticateAsync(Door.Request((header, value)), TestContext.Current.CancellationToken)).Failure!;
        Assert.Equal((401, (CloseCode)4401, "unauthenticated", "Bearer"), (failure.Status, failure.CloseCode, failure.Code, failure.Challenge));
        Assert.StartsWith("This needs a token", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_the_URL_it_is_never_looked_for()
    {
        var request = Door.Request();
        request.QueryString = new Microsoft.AspNetCore.Http.QueryString($"?token={Token}&access_token={Token}");
        Assert.Equal(401, (await Door.OfSecret().Authenticator.AuthenticateAsync(request, TestContext.Current.CancellationToken)).Failure?.Status);
    }

    [Fact]
    public async Task The_same_token_in_two_places_is_one_and_two_different_ones_are_refused()
    {
        var door = Door.OfSecret(cookie: "session");
        var same = Door.Request(("Authorization", $"Bearer {Token}"), ("Cookie", $"session={Token}"), ("Sec-WebSocket-Protocol", $"bearer.{Token}"));
        Assert.Equal("u-1", (await door.Authenticator.AuthenticateAsync(same, TestContext.Current.CancellationToken)).ToIdentity("marker").Publisher);

        foreach (var headers in ((string, string)[][])
            [
                [("Authorization", $"Bearer {Token}"), ("Cookie", $"session={Other}")],
                [("Authorization", $"Bearer {Token}"), ("Sec-WebSocket-Protocol", $"bearer.{Other}")],
                [("Cookie", $"session={Token}"), ("Sec-WebSocket-Protocol", $"bearer.{Other}")],
                [("Sec-WebSocket-Protocol", $"bearer.{Token}, bearer.{Other}")],
                [("Authorization", $"Bearer {Token}"), ("Authorization", $"Bearer {Other}")],
                [("Cookie", $"session={Token}; session={Other}")],
                [("Cookie", $"session={Token}"), ("Cookie", $"session={Other}")],
                [("Authorization", "Bearer "), ("Cookie", $"session={Token}")],
                [("Authorization", "Bearer"), ("Sec-WebSocket-Protocol", $"bearer.{Token}")],
            ])
        {
            var failure = (await door.Authenticator.AuthenticateAsync(Door.Request(headers), TestContext.Current.CancellationToken)).Failure!;
            Assert.Equal((400, (CloseCode)4401), (failure.Status, failure.CloseCode));
            Assert.Contains("more than one token", failure.Problem, StringComparison.Ordinal);
            Assert.StartsWith("Bearer error=\"invalid_request\"", failure.Challenge, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_keys_everybody_is_who_they_say_they_are()
    {
        var door = new Door(new AuthSettings(), null);
        var result = await door.Authenticator.AuthenticateAsync(Door.Request(("Authorization", "Bearer whatever")), TestContext.Current.CancellationToken);

        Assert.True(result.IsAnonymous);
        Assert.Null(result.Failure);
        var ada = result.ToIdentity("ada");
        Assert.Equal(("ada", "ada", null), (ada.Publisher, ada.Name, ada.ExpiresAt));
        Assert.Same(RoomGrants.ReadAndWrite, ada.Grants);

        var reading = await door.Authenticator.ReadAsync(Token, TestContext.Current.CancellationToken);
        Assert.Null(reading.Identity);
        Assert.Contains("No keys are configured", reading.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_nobody_chooses_a_name()
    {
        var identity = await Door.OfSecret().LetsInAsync(Other);
        Assert.Equal(("u-1", "Other"), (identity.Publisher, identity.Name));
    }

    [Fact]
    public async Task A_token_that_comes_over_an_open_connection_is_held_to_the_same()
    {
        var door = Door.OfSecret();
        door.Clock.Advance(TimeSpan.FromMinutes(59));
        var later = Jwt.Hs256($$$"""{"sub":"u-1","exp":{{{Jwt.Seconds(TimeSpan.FromHours(3))}}},"rooms":{"lobby":["read"]}}""");
        var reading = await door.Authenticator.ReadAsync(later, TestContext.Current.CancellationToken);
        Assert.Null(reading.Problem);
        Assert.Equal(("u-1", Jwt.Now.AddHours(3).AddSeconds(30)), (reading.Identity?.Publisher, reading.Identity?.ExpiresAt));

        door.Clock.Advance(TimeSpan.FromHours(1));
        foreach (var (token, why) in ((string, string)[])[(Token, "expired"), ("x", "three parts"), ("", "three parts"), (Jwt.Rs256(), "algorithm"), (new string('a', 9000), "longer than")])
        {
            reading = await door.Authenticator.ReadAsync(token, TestContext.Current.CancellationToken);
            Assert.Null(reading.Identity);
            Assert.Contains(why, reading.Problem, StringComparison.Ordinal);
            Assert.Contains(door.Log.Lines, line => line.Line.EndsWith(reading.Problem!, StringComparison.Ordinal));
        }
    }
}
