using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Server.Configuration;
using Switchboard.Server.Identity.Keys;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>Keys that an issuer publishes: they change, and issuers fail.</summary>
public sealed class PublishedKeysTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(Jwt.Now);
    private readonly Heard<PublishedKeys> _log = new();
    private PublishedKeys? _keys;

    public void Dispose() => _keys?.Dispose();

    [Fact]
    public async Task Both_kinds_of_keys_are_found_by_their_names_and_without()
    {
        await using var issuer = await Issuer.StartAsync(Jwt.Set(
            Jwt.Jwk(Jwt.Rsa, "r", ",\"use\":\"sig\",\"alg\":\"RS256\""), Jwt.Jwk(Jwt.OtherRsa, "o"), Jwt.Jwk(Jwt.Elliptic, "e", ",\"key_ops\":[\"verify\"]")));
        var door = At(issuer);

        Assert.Equal("u-1", (await door.LetsInAsync(Rs("r"))).Publisher);
        Assert.Equal("u-1", (await door.LetsInAsync(Jwt.Es256(header: """{"alg":"ES256","kid":"e"}"""))).Publisher);
        await door.LetsInAsync(Jwt.Rs256());
        await door.LetsInAsync(Jwt.Rs256(key: Jwt.OtherRsa));
        await door.LetsInAsync(Jwt.Es256());
        await door.RefusesAsync(Rs("o"), "signature");
        await door.RefusesAsync(Jwt.Hs256(), "algorithm");
        Assert.Equal(1, issuer.Asked);
    }

    [Fact]
    public async Task Keys_for_something_else_and_secrets_that_are_none_are_passed_over()
    {
        using var small = RSA.Create(1024);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var secret = Convert.ToBase64String(Jwt.Secret).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        await using var issuer = await Issuer.StartAsync(Jwt.Set(
            Jwt.Jwk(Jwt.Rsa, "encrypts", ",\"use\":\"enc\""),
            Jwt.Jwk(Jwt.Rsa, "signs", ",\"key_ops\":[\"sign\"]"),
            Jwt.Jwk(Jwt.Rsa, "pss", ",\"alg\":\"PS256\""),
            Jwt.Jwk(small, "small"),
            $$"""{"kty":"oct","kid":"oct","k":"{{secret}}","alg":"HS256"}""",
            """{"kty":"RSA","kid":"bad","n":"!","e":"AQAB"}""",
            """{"kty":"RSA","kid":"empty"}""",
            """{"kty":"EC","crv":"P-256","kid":"off","x":"AAAA","y":"AAAA"}""",
            """{"kty":"OKP","kid":"okp","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""",
            Jwt.Jwk(Jwt.Elliptic, "good")));
        var door = At(issuer);

        await door.LetsInAsync(Jwt.Es256(header: """{"alg":"ES256","kid":"good"}"""));
        foreach (var id in (string[])["encrypts", "signs", "pss", "bad", "empty", "oct"])
        {
            await door.RefusesAsync(Rs(id), "known here");
        }

        await door.RefusesAsync(Jwt.Rs256(key: small, header: """{"alg":"RS256","kid":"small"}"""), "known here");
        await door.RefusesAsync(Jwt.Hs256(header: """{"alg":"HS256","kid":"oct"}"""), "known here");
        await Logged(LogLevel.Information, ": 1 keys");
    }

    [Fact]
    public async Task A_new_key_is_found_when_it_is_used_and_a_withdrawn_one_is_forgotten()
    {
        await using var issuer = await Issuer.StartAsync(Jwt.Set(Jwt.Jwk(Jwt.Rsa, "old")));
        var door = At(issuer);
        await door.LetsInAsync(Rs("old"));
        issuer.Publish(Jwt.Set(Jwt.Jwk(Jwt.OtherRsa, "new")));
        var withNew = Jwt.Rs256(key: Jwt.OtherRsa, header: """{"alg":"RS256","kid":"new"}""");

        // Just after it was asked it is not asked again.
        await door.RefusesAsync(withNew, "known here");
        Assert.Equal(1, issuer.Asked);

        _clock.Advance(PublishedKeys.RestInterval);
        await door.LetsInAsync(withNew);
        await door.RefusesAsync(Rs("old"), "known here");
        Assert.Equal(2, issuer.Asked);
    }

    [Fact]
    public async Task Who_sends_names_of_no_key_does_not_make_it_ask_each_time()
    {
        await using var issuer = await Issuer.StartAsync(Jwt.Set(Jwt.Jwk(Jwt.Rsa, "k")));
        var door = At(issuer);
        await door.LetsInAsync(Rs("k"));

        for (var interval = 1; interval <= 3; interval++)
        {
            for (var i = 0; i < 100; i++)
            {
                await door.RefusesAsync(Rs($"made-up-{i}"), "known here");
            }

            Assert.Equal(interval, issuer.Asked);
            _clock.Advance(PublishedKeys.RestInterval);
        }
    }

    [Fact]
    public async Task Many_who_wait_for_the_first_keys_ask_once()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var issuer = await Issuer.StartAsync("");
        issuer.Answer(async context =>
        {
            await go.Task;
            await context.Response.WriteAsync(Jwt.Set(Jwt.Jwk(Jwt.Rsa, "k")));
        });
        var door = At(issuer);
        var waiting = Enumerable.Range(0, 50).Select(_ => door.LetsInAsync(Rs("k"))).ToArray();
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
        go.SetResult();

        await Task.WhenAll(waiting).Soon();
        Assert.Equal(1, issuer.Asked);
    }

    [Fact]
    public async Task Keys_are_read_anew_now_and_then_though_none_is_missed()
    {
        await using var issuer = await Issuer.StartAsync(Jwt.Set(Jwt.Jwk(Jwt.Rsa, "k")));
        var door = At(issuer);
        await door.LetsInAsync(Rs("k"));
        issuer.Publish(Jwt.Set(Jwt.Jwk(Jwt.OtherRsa, "other")));

        _clock.Advance(PublishedKeys.RefreshInterval);
        await Patience.Until(() => _log.Lines.Count == 2);
        await door.RefusesAsync(Rs("k"), "known here");
        Assert.Equal(2, issuer.Asked);
    }

    [Fact]
    public async Task While_the_issuer_is_out_the_last_keys_stay()
    {
        var issuer = await Issuer.StartAsync(Jwt.Set(Jwt.Jwk(Jwt.Rsa, "k")));
        var door = At(issuer);
        await door.LetsInAsync(Rs("k"));
        await issuer.DisposeAsync();

        _clock.Advance(PublishedKeys.RefreshInterval);
        await Logged(LogLevel.Warning, "Tokens are checked with the 1 keys that were read before");
        await door.LetsInAsync(Rs("k"));
        Assert.DoesNotContain(_log.Lines, line => line.Line.Contains("marker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_any_keys_yet_the_answer_is_neither_yes_nor_no_and_then_it_recovers()
    {
        await using var issuer = await Issuer.StartAsync("");
        issuer.Answer(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var door = At(issuer);
        var failure = (await door.KnockAsync(Rs("k"))).Failure!;
        Assert.Equal((503, CloseCode.TryAgainLater, "unavailable", null), (failure.Status, failure.CloseCode, failure.Code, failure.Challenge));
        await Logged(LogLevel.Warning, "The answer is 500.");

        issuer.Publish(Jwt.Set(Jwt.Jwk(Jwt.Rsa, "k")));
        _clock.Advance(PublishedKeys.RestInterval);
        await door.LetsInAsync(Rs("k"));
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_waited_for_ten_seconds_at_most()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var issuer = await Issuer.StartAsync("");
        issuer.Answer(async context =>
        {
            // Half a document, and then nothing.
            await context.Response.WriteAsync("{\"keys\":[");
            await context.Response.Body.FlushAsync();
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var door = At(issuer);
        var waiting = door.KnockAsync(Rs("k"));
        await asked.Task.Soon();
        Assert.False(waiting.IsCompleted);

        _clock.Advance(PublishedKeys.Timeout);
        Assert.Equal(503, (await waiting.Soon()).Failure?.Status);
        await Logged(LogLevel.Warning, "no answer within 10 s.");
    }

    [Theory]
    [InlineData("huge")]
    [InlineData("endless")]
    [InlineData("html")]
    [InlineData("redirect")]
    [InlineData("no keys")]
    [InlineData("deep")]
    [InlineData("not a list")]
    public async Task A_document_that_is_none_changes_nothing(string what)
    {
        await using var elsewhere = await Issuer.StartAsync(Jwt.Set(Jwt.Jwk(Jwt.OtherRsa, "other")));
        await using var issuer = await Issuer.StartAsync(Jwt.Set(Jwt.Jwk(Jwt.Rsa, "k")));
        var door = At(issuer);
        await door.LetsInAsync(Rs("k"));
        issuer.Answer(async context =>
        {
            switch (what)
            {
                case "huge":
                    await context.Response.WriteAsync(Jwt.Set(Jwt.Jwk(Jwt.OtherRsa, "other"), $"\"{new string('x', PublishedKeys.MaxBytes)}\""));
                    break;
                case "endless":
                    while (!context.RequestAborted.IsCancellationRequested)
                    {
                        await context.Response.WriteAsync(new string(' ', 10_000));
                    }

                    break;
                case "html":
                    await context.Response.WriteAsync("<!doctype html><title>marker</title>");
                    break;
                case "redirect":
                    context.Response.Redirect(elsewhere.Url.ToString());
                    break;
                case "no keys":
                    await context.Response.WriteAsync("""{"keys":[]}""");
                    break;
                case "deep":
                    await context.Response.WriteAsync($"{{\"keys\":{new string('[', 10_000)}{new string(']', 10_000)}}}");
                    break;
                default:
                    await context.Response.WriteAsync("""{"keys":{"kty":"RSA"}}""");
                    break;
            }
        });

        _clock.Advance(PublishedKeys.RestInterval);
        await door.RefusesAsync(Jwt.Rs256(key: Jwt.OtherRsa, header: """{"alg":"RS256","kid":"other"}"""), "known here");
        await Logged(LogLevel.Warning, "cannot be read");
        await door.LetsInAsync(Rs("k"));
        Assert.Equal(0, elsewhere.Asked);
        Assert.DoesNotContain(_log.Lines, line => line.Line.Contains("marker", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://issuer.example/keys", true)]
    [InlineData("https://issuer.example:8443/keys?tenant=1", true)]
    [InlineData("http://127.0.0.1:8080/keys", true)]
    [InlineData("http://localhost/keys", true)]
    [InlineData("http://[::1]/keys", true)]
    [InlineData("http://issuer.example/keys", false)]
    [InlineData("http://localhost.evil.example/keys", false)]
    [InlineData("https://user:password@issuer.example/keys", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/keys", false)]
    [InlineData("issuer.example", false)]
    [InlineData("", false)]
    public void It_is_asked_over_TLS_or_on_this_machine(string url, bool isUsable) => Assert.Equal(isUsable, PublishedKeys.IsUsable(url));

    private static string Rs(string kid) => Jwt.Rs256(header: $$"""{"alg":"RS256","kid":"{{kid}}"}""");

    private Door At(Issuer issuer)
    {
        _keys = new PublishedKeys(issuer.Url, _clock, _log);
        return new Door(new AuthSettings { JwksUrl = issuer.Url.ToString() }, _keys);
    }

    private Task Logged(LogLevel level, string text) =>
        Patience.Until(() => _log.Lines.Any(line => line.Level == level && line.Line.Contains(text, StringComparison.Ordinal)));
}
