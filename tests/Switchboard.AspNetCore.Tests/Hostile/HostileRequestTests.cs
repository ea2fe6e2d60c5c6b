using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Switchboard.AspNetCore.Tests.Hostile;

/// <summary>Requests that no honest client sends, to an endpoint behind Kestrel: each gets its status, and what is behind it reaches nobody.</summary>
public abstract class HostileRequestTests(Home home) : AppTests(home)
{
    private const string Knock = "GET /ws HTTP/1.1\r\nHost: good.com\r\n" + RawClient.UpgradeHeaders;

    private int _opened;
    private int _smuggled;

    [Fact]
    public async Task CVE_2024_37890_2000_headers_are_431()
    {
        await using var app = await ServeAsync();
        var many = string.Concat(Enumerable.Range(0, 2000).Select(i => $"X{i}: a\r\n"));

        // By Kestrel, whose limit it is.
        Assert.Equal(431, (await RawClient.AskAsync(app.Port, Knock + many + "\r\n")).Status);
        await LivesAsync(app);
    }

    [Fact]
    public async Task CVE_2021_32640_32000_spaces_are_431()
    {
        await using var app = await ServeAsync();

        Assert.Equal(431, (await RawClient.AskAsync(app.Port, Knock + "Sec-WebSocket-Protocol: a" + new string(' ', 33_000) + "b\r\n\r\n")).Status);
        await LivesAsync(app);
    }

    [Theory]
    [InlineData("Content-Length: 44\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 44\r\n")]
    [InlineData("Content-Length: 44\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: identity\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    [InlineData("X: a\r\n Transfer-Encoding: chunked\r\n")]
    public async Task CVE_2025_55315_lengths_that_conflict_are_400(string lengths)
    {
        await using var app = await ServeAsync();

        Assert.Equal(400, (await RawClient.AskAsync(app.Port, Knock + lengths + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: good.com\r\n\r\n")).Status);
        Assert.Equal(0, _opened);
        await LivesAsync(app);
    }

    [Theory]
    [InlineData("Content-Length: 0\r\nContent-Length: 44\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    [InlineData("Transfer-Encoding: identity\r\n")]
    public async Task CVE_2025_55315_what_follows_lengths_that_cannot_be_read_reaches_no_handler(string lengths)
    {
        await using var app = await ServeAsync();
        using var client = await RawClient.ConnectAsync(app.Port);

        await client.SendAsync(Knock + lengths + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: good.com\r\n\r\n");

        Assert.Equal(400, (await client.ReadAnswerAsync()).Status);
        await client.ReadToEndAsync();
        Assert.Equal((0, 0), (_opened, _smuggled));
    }

    [Fact]
    public async Task CVE_2025_55315_what_follows_an_upgrade_is_frames_and_no_request()
    {
        await using var app = await ServeAsync();
        using var client = await RawClient.ConnectAsync(app.Port);

        await client.SendAsync(Knock + "\r\nGET /smuggled HTTP/1.1\r\nHost: good.com\r\n\r\n");

        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        var frame = await client.ReadFrameAsync();
        Assert.Equal((Frame.Close, 1002), (frame.Opcode, frame.CloseCode));
        Assert.Equal(0, _smuggled);
    }

    [Theory]
    [InlineData("http://good.com", 101)]
    [InlineData(null, 101)]
    [InlineData("http://evil.com", 403)]
    [InlineData("null", 403)]
    [InlineData("http://good.com.evil", 403)]
    [InlineData("http://evilgood.com", 403)]
    [InlineData("http://evil.good.com", 403)]
    [InlineData("http://good.com:8080", 403)]
    [InlineData("http://good.com@evil.com", 403)]
    [InlineData("http://good.com\r\nOrigin: http://evil.com", 403)]
    public async Task CVE_2020_28481_and_CVE_2026_58649_only_pages_of_the_same_host_may_connect(string? origin, int status)
    {
        await using var app = await ServeAsync();

        Assert.Equal(status, (await RawClient.AskAsync(app.Port, Knock + (origin is null ? "" : $"Origin: {origin}\r\n") + "\r\n")).Status);
        if (status == 101)
        {
            await Patience.Until(() => _opened == 1);
        }
        else
        {
            Assert.Equal(0, _opened);
        }
    }

    [Theory]
    [InlineData("GET /ws", "POST /ws", 405, "Allow", "GET")]
    [InlineData("HTTP/1.1", "HTTP/1.0", 400, null, null)]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400, null, null)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAA", 400, null, null)]  // 15 bytes
    [InlineData("Version: 13", "Version: 7", 426, "Sec-WebSocket-Version", "13")]
    public async Task Wrong_method_version_or_key_gets_its_status(string from, string to, int status, string? header, string? value)
    {
        await using var app = await ServeAsync();

        var answer = await RawClient.AskAsync(app.Port, Knock.Replace(from, to, StringComparison.Ordinal) + "\r\n");

        Assert.Equal(status, answer.Status);
        Assert.Equal(value, header is null ? null : answer.Header(header));
        Assert.Equal(0, _opened);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: ch\u00e4t")]
    [InlineData("Sec-WebSocket-Protocol: \u0080")]
    [InlineData("Sec-WebSocket-Protocol: a\0b")]
    public async Task Granian_advisory_and_CVE_2026_1527_a_subprotocol_beyond_ASCII_or_with_a_control_character_is_400(string line)
    {
        await using var app = await ServeAsync();

        Assert.Equal(400, (await RawClient.AskAsync(app.Port, $"{Knock}{line}\r\n\r\n")).Status);
        await LivesAsync(app);
    }

    [Fact]
    public async Task Slowloris_silent_TLS_is_ended_at_the_deadline()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var app = await StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(
                listen => listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.HandshakeTimeout = TimeSpan.FromMilliseconds(200);
                }))),
            app => app.MapWebSockets("/ws", (_, _) => { }));
        using var silent = await RawClient.ConnectAsync(app.Port);
        using var half = await RawClient.ConnectAsync(app.Port);
        await half.SendAsync([0x16, 0x03, 0x01, 0x02]);

        await silent.ReadToEndAsync();
        await half.ReadToEndAsync();
    }

    private Task<TestApp> ServeAsync() => StartAsync(app =>
    {
        app.MapGet("/smuggled", () => Interlocked.Increment(ref _smuggled));
        app.MapGet("/plain", () => "served");
        app.MapWebSockets("/ws", (_, _) => Interlocked.Increment(ref _opened));
    });

    private static async Task LivesAsync(TestApp app)
    {
        Assert.Equal("served", await app.Http.GetStringAsync("/plain", TestContext.Current.CancellationToken));
        Assert.Empty(app.Errors);
    }
}

public sealed class HostileRequestInKestrelTests() : HostileRequestTests(Home.Kestrel);

public sealed class HostileRequestOnLoopTests() : HostileRequestTests(Home.Loop);
