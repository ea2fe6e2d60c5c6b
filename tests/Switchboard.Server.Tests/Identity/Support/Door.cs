using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Rooms;
using Switchboard.Server.Configuration;
using Switchboard.Server.Identity;
using Switchboard.Server.Identity.Keys;

namespace Switchboard.Server.Tests.Identity.Support;

/// <summary>An authenticator with a clock and a log of the test's own.</summary>
internal sealed class Door
{
    public Door(AuthSettings settings, IKeySource? keys)
    {
        settings.Validate();
        Authenticator = new Authenticator(settings, keys, Clock, Log);
    }

    public FakeTimeProvider Clock { get; } = new(Jwt.Now);

    public Heard<Authenticator> Log { get; } = new();

    public Authenticator Authenticator { get; }

    /// <summary>A door that opens to tokens of <see cref="Jwt.Secret"/>.</summary>
    public static Door OfSecret(string? issuer = null, string? audience = null, string? cookie = null)
    {
        var settings = new AuthSettings { Key = $"base64:{Convert.ToBase64String(Jwt.Secret)}", Issuer = issuer, Audience = audience, Cookie = cookie };
        return new Door(settings, new FixedKey(KeyText.Read(settings.Key)));
    }

    /// <summary>A door that opens to tokens of the key in a file.</summary>
    public static Door OfFile(string content)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            return new Door(new AuthSettings { KeyFile = path }, new FixedKey(KeyText.ReadFile(path)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static HttpRequest Request(params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var (name, value) in headers)
        {
            request.Headers.Append(name, value);
        }

        return request;
    }

    public async Task<AuthenticationResult> KnockAsync(string token)
    {
        var result = await Authenticator.AuthenticateAsync(Request(("Authorization", $"Bearer {token}")), TestContext.Current.CancellationToken);

        // Whatever comes of it, the log has nothing of the token, and a refusal fits into a header and repeats nothing either.
        Assert.DoesNotContain(Log.Lines, line => token.Length > 20 && line.Line.Contains(token, StringComparison.Ordinal));
        if (result.Failure is { } failure)
        {
            Assert.Contains(Log.Lines, line => line.Line.EndsWith($"{failure.Status}: {failure.Problem}", StringComparison.Ordinal));
            Assert.All(failure.Problem, character => Assert.True(character is >= ' ' and <= '~' and not ('"' or '\\')));
            Assert.DoesNotContain("marker", failure.Problem, StringComparison.Ordinal);
        }

        return result;
    }

    public async Task<RoomIdentity> LetsInAsync(string token)
    {
        var result = await KnockAsync(token);
        Assert.Null(result.Failure?.Problem);
        Assert.False(result.IsAnonymous);
        return result.ToIdentity("marker");
    }

    /// <param name="token">A token that is no good.</param>
    /// <param name="why">Part of the sentence.</param>
    public async Task RefusesAsync(string token, string why = "")
    {
        var result = await KnockAsync(token);
        Assert.Equal((401, (CloseCode)4401, "unauthenticated"), (result.Failure?.Status, result.Failure?.CloseCode, result.Failure?.Code));
        Assert.Contains(why, result.Failure!.Problem, StringComparison.Ordinal);
        Assert.Equal($"Bearer error=\"invalid_token\", error_description=\"{result.Failure.Problem}\"", result.Failure.Challenge);
        Assert.Throws<InvalidOperationException>(() => result.ToIdentity("anybody"));
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
