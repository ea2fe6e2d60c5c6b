using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Tests.Support;
using Switchboard.Transports.Memory;
using Switchboard.Transports.Tls;

namespace Switchboard.Tests.Tls;

/// <summary>Who is let in over wss://, by whom, and how the others are told.</summary>
public sealed class SecureHandshakeTests
{
    public static TheoryData<string, TlsFailure> Bad => new()
    {
        { nameof(TestCertificates.Expired), TlsFailure.CertificateExpired },
        { nameof(TestCertificates.NotYetValid), TlsFailure.CertificateNotYetValid },
        { nameof(TestCertificates.WrongHost), TlsFailure.WrongHost },
        { nameof(TestCertificates.SelfSigned), TlsFailure.UntrustedRoot },
    };

    private static string KeyHash => Convert.ToBase64String(SHA256.HashData(TestCertificates.Localhost.PublicKey.ExportSubjectPublicKeyInfo()));

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_certificate_fails_the_connection_and_the_cause_is_named(string certificate, TlsFailure failure)
    {
        await using var secure = Secure.Start(
            "Memory", static (_, _) => { }, new WebSocketServerOptions { Tls = Secure.With(TestCertificates.Of(certificate)) });
        var errors = new List<string>();
        var client = secure.Connect();
        client.OnError += failure => errors.Add(failure.Message);

        await client.Closed.InTime();

        Assert.Equal(failure, Assert.IsType<TlsException>(client.Failure?.Exception).Failure);
        Assert.Equal([client.Failure!.Message], errors);
        Assert.Equal(FailureKind.Tls, client.Failure.Kind);
        Assert.Equal(CloseCode.AbnormalClosure, client.CloseCode);
        Assert.Empty(secure.Server.Clients);
    }

    [Fact]
    public async Task By_default_the_systems_authorities_are_trusted_and_no_others()
    {
        await using var secure = Secure.StartEcho("Memory");

        var (failure, reason) = await secure.RefusedAsync(ClientTlsOptions.Default);

        Assert.True(failure is TlsFailure.IncompleteChain or TlsFailure.UntrustedRoot, reason);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task An_address_is_a_host_too(string host)
    {
        await using var secure = Secure.StartEcho("Memory");

        await secure.Connect(host: host).IsOpen();

        Assert.Equal(TlsFailure.WrongHost, (await secure.RefusedAsync(host: "192.0.2.1")).Failure);
    }

    [Fact]
    public async Task A_server_may_be_asked_for_by_another_name()
    {
        await using var secure = Secure.Start(
            "Memory", static (_, _) => { }, new WebSocketServerOptions { Tls = Secure.With(TestCertificates.WrongHost) });

        await secure.Connect(Secure.Trusting with { ServerName = "elsewhere.example" }).IsOpen();
    }

    // ---- Pins

    [Fact]
    public async Task A_pinned_key_is_trusted_whoever_signed_it_in_each_way_to_write_it()
    {
        await using var secure = Secure.StartEcho("Memory");
        var hex = Convert.ToHexString(Convert.FromBase64String(KeyHash));

        foreach (var pin in (string[])[KeyHash, $"sha256/{KeyHash}", hex, $"sha256/{hex.ToLowerInvariant()}"])
        {
            await secure.Connect(new ClientTlsOptions { PinnedKeys = [Convert.ToBase64String(new byte[32]), pin] }).IsOpen();
        }
    }

    [Fact]
    public async Task Another_key_is_refused_also_if_its_authority_is_trusted()
    {
        await using var secure = Secure.StartEcho("Memory");

        var (failure, reason) = await secure.RefusedAsync(Secure.Trusting with { PinnedKeys = [Convert.ToBase64String(new byte[32])] });

        Assert.Equal(TlsFailure.PinMismatch, failure);
        Assert.Contains($"sha256/{KeyHash}", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_key_does_not_make_up_for_its_host_or_its_dates()
    {
        var expired = Convert.ToBase64String(SHA256.HashData(TestCertificates.Expired.PublicKey.ExportSubjectPublicKeyInfo()));
        await using var usual = Secure.StartEcho("Memory");
        await using var old = Secure.Start("Memory", static (_, _) => { }, new WebSocketServerOptions { Tls = Secure.With(TestCertificates.Expired) });

        Assert.Equal(TlsFailure.WrongHost, (await usual.RefusedAsync(new ClientTlsOptions { PinnedKeys = [KeyHash] }, "192.0.2.1")).Failure);
        Assert.Equal(TlsFailure.CertificateExpired, (await old.RefusedAsync(new ClientTlsOptions { PinnedKeys = [expired] })).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256/")]
    [InlineData("AAAA")]
    [InlineData("zz67bd1b5bcd2fea9d2c0b9b7d6a25d9e1d0b31c5a67d9c6a7b9b8f1f4a5b6c7")]
    public void A_pin_that_is_no_hash_is_an_error_at_once(string pin) =>
        Assert.Throws<ArgumentException>(() => new WebSocket("wss://localhost/", new WebSocketClientOptions { Tls = new ClientTlsOptions { PinnedKeys = [pin] } }));

    // ---- Clients' certificates

    [Theory]
    [InlineData("Memory")]
    [InlineData("Epoll")]
    public async Task A_client_without_a_good_certificate_gets_403_and_nobody_hears_of_it(string transport)
    {
        await using var secure = Secure.StartEcho(transport, new WebSocketServerOptions
        {
            Tls = Secure.Usual with { ClientCertificates = ClientCertificates.Required, ClientRoots = TestCertificates.Roots },
        });

        Assert.Contains("403", (await secure.RefusedAsync()).Reason, StringComparison.Ordinal);
        Assert.Contains("403", (await secure.RefusedAsync(Secure.Trusting with { ClientCertificate = [TestCertificates.Stranger] })).Reason, StringComparison.Ordinal);
        await secure.Connect(Secure.Trusting with { ClientCertificate = [TestCertificates.Client, TestCertificates.Intermediate] }).IsOpen();

        Assert.Single(secure.Server.Clients);
        await Eventually.IsTrue(() => secure.Log.Count(1150) == 2);
        Assert.Contains(secure.Log.TextsOf(1150), line => line.Contains("shown no certificate", StringComparison.Ordinal));
        Assert.Contains(secure.Log.TextsOf(1150), line => line.Contains("self-signed", StringComparison.Ordinal));
    }

    // ---- Deadlines and limits

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Who_does_not_finish_the_TLS_handshake_is_cut_at_the_deadline(int said)
    {
        await using var test = TestServer.Start(static (WebSocketServer _) => { }, new WebSocketServerOptions { Tls = Secure.Usual });
        var peer = await test.ConnectAsync();
        peer.Send([0x16, 3, 1, 1, 200, .. new byte[said]]);

        test.Pass(9);
        Assert.False(peer.Closed.IsCompleted);
        await Eventually.IsTrue(() =>
        {
            test.Pass(2);
            return peer.Closed.IsCompleted;
        });

        Assert.NotNull(peer.Fault);
    }

    [Fact]
    public async Task Who_speaks_plain_text_is_told_so_and_cut_at_the_deadline_if_he_stays()
    {
        await using var test = TestServer.Start(static (WebSocketServer _) => { }, new WebSocketServerOptions { Tls = Secure.Usual });
        var peer = await test.ConnectAsync();
        peer.Send(RawPeer.Request());

        Assert.StartsWith("HTTP/1.1 400 Bad Request", await peer.Head.InTime(), StringComparison.Ordinal);

        await Eventually.IsTrue(() => test.Log.Has(1150));
        Assert.Contains("plain text", test.Log.TextsOf(1150).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_speaks_TLS_to_a_port_without_is_told_so()
    {
        var network = new MemoryNetwork();
        await using var server = new WebSocketServer(new WebSocketServerOptions { Transport = network });
        server.Start();
        var client = new WebSocket($"wss://localhost:{server.Port}/", new WebSocketClientOptions { Transport = network, Tls = Secure.Trusting });

        await client.Closed.InTime();

        Assert.Equal(TlsFailure.NotTls, Assert.IsType<TlsException>(client.Failure?.Exception).Failure);
        Assert.Contains("use ws://", client.Failure?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_without_TLS_answers_one_who_speaks_it_at_once(bool isPatient)
    {
        await using var test = TestServer.Start(static (WebSocketServer _) => { }, isPatient ? new WebSocketServerOptions { HandshakeTimeout = default } : null);
        var peer = await test.ConnectAsync();

        peer.Send([0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC]);

        Assert.StartsWith("HTTP/1.1 400 Bad Request", await peer.Head.InTime(), StringComparison.Ordinal);
        await Eventually.IsTrue(() => test.Log.Has(1102));
        Assert.Contains("speaks plain text", test.Log.TextsOf(1102).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_gives_up_when_the_TLS_handshake_takes_too_long()
    {
        var clock = new FakeTimeProvider();
        var network = new MemoryNetwork();
        await using var listener = network.Listen(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), 4);
        listener.Start(static _ => { });
        var client = new WebSocket(
            $"wss://localhost:{((System.Net.IPEndPoint)listener.LocalEndPoint).Port}/", new WebSocketClientOptions { Transport = network, TimeProvider = clock });
        await Eventually.IsTrue(() => network.Links.Count == 1);

        clock.Advance(TimeSpan.FromSeconds(11));

        await client.Closed.InTime();
        Assert.Equal(FailureKind.ConnectTimeout, client.Failure?.Kind);
    }

    [Fact]
    public async Task A_server_that_stops_waits_for_no_TLS_handshake()
    {
        var test = TestServer.Start(static (WebSocketServer _) => { }, new WebSocketServerOptions { Tls = Secure.Usual });
        var peer = await test.ConnectAsync();
        peer.Send([0x16, 3, 1]);

        await test.Server.StopAsync(TestContext.Current.CancellationToken).InTime();

        await peer.Closed.InTime();
        await test.DisposeAsync();
    }
}
