using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Tests.Support;
using Switchboard.Transports.Tls;

namespace Switchboard.Tests.Tls;

/// <summary>Where a server's certificates come from, which of them a client gets, and when they are read anew.</summary>
public sealed class CertificateTests
{
    [Fact]
    public async Task Pem_files_serve_with_their_chain()
    {
        using var folder = new Folder();
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Localhost, folder.Path, "server");

        await IsServedAsync(ServerCertificate.FromPem(certificate, key));
    }

    [Fact]
    public async Task A_pem_file_may_hold_everything()
    {
        using var folder = new Folder();
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Localhost, folder.Path, "server");
        File.AppendAllText(certificate, await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken));

        await IsServedAsync(ServerCertificate.FromPem(certificate));
    }

    [Fact]
    public async Task A_key_may_be_encrypted()
    {
        using var folder = new Folder();
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Localhost, folder.Path, "server");
        using var own = TestCertificates.Localhost.GetECDsaPrivateKey()!;
        File.WriteAllText(key, own.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        await IsServedAsync(ServerCertificate.FromPem(certificate, key, "secret"));
        Assert.Contains(certificate, Fails(ServerCertificate.FromPem(certificate, key, "wrong")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pfx_file_serves_with_its_chain()
    {
        using var folder = new Folder();
        var path = TestCertificates.WritePfx(TestCertificates.Localhost, folder.Path, "server", "secret");

        await IsServedAsync(ServerCertificate.FromPfx(path, "secret"));
        Assert.Contains(path, Fails(ServerCertificate.FromPfx(path, "wrong")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_systems_store_serves()
    {
        var subject = $"switchboard-{Guid.NewGuid():N}.example";
        using var certificate = TestCertificates.Issue($"CN={subject}", "localhost");
        using var kept = X509CertificateLoader.LoadPkcs12(
            certificate.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.Exportable);
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        store.Add(kept);
        try
        {
            // The store has no chain for it, so the client knows what is between.
            foreach (var find in (string[])[subject, certificate.Thumbprint])
            {
                await using var secure = Secure.Start("Memory", static (_, _) => { }, Options(ServerCertificate.FromStore(find)));
                await secure.Connect(Secure.Trusting with { Roots = [TestCertificates.Root, TestCertificates.Intermediate] }).IsOpen();
            }
        }
        finally
        {
            store.Remove(kept);
        }

        Assert.Contains(subject, Fails(ServerCertificate.FromStore(subject)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_used_is_told_when_the_server_starts()
    {
        using var folder = new Folder();
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Localhost, folder.Path, "one");
        var (_, otherKey) = TestCertificates.WritePem(TestCertificates.WrongHost, folder.Path, "other");
        var garbage = Path.Combine(folder.Path, "garbage");
        File.WriteAllText(garbage, "not a certificate");
        using var bare = X509CertificateLoader.LoadCertificate(TestCertificates.Localhost.RawData);

        Assert.Contains("missing.pem", Fails(ServerCertificate.FromPem("missing.pem", key)), StringComparison.Ordinal);
        Assert.Contains(otherKey, Fails(ServerCertificate.FromPem(certificate, otherKey)), StringComparison.Ordinal);
        Assert.Contains(garbage, Fails(ServerCertificate.FromPem(garbage)), StringComparison.Ordinal);
        Assert.Contains(garbage, Fails(ServerCertificate.FromPfx(garbage)), StringComparison.Ordinal);
        Assert.Contains("has no private key", Fails(ServerCertificate.From(bare)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_certificate_was_missing_can_be_started_when_it_is_there()
    {
        using var folder = new Folder();
        var certificate = Path.Combine(folder.Path, "server.pem");
        await using var server = new WebSocketServer(Options(ServerCertificate.FromPem(certificate, Path.Combine(folder.Path, "server.key"))));
        Assert.Throws<TlsException>(server.Start);

        TestCertificates.WritePem(TestCertificates.Localhost, folder.Path, "server");
        server.Start();
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_at_once()
    {
        static void Refused(ServerTlsOptions tls) => Assert.ThrowsAny<ArgumentException>(() => new WebSocketServer(new WebSocketServerOptions { Tls = tls }));

        Refused(new ServerTlsOptions { Certificates = [] });
        Refused(Secure.Usual with { Protocols = System.Security.Authentication.SslProtocols.None });
#pragma warning disable CA5397, SYSLIB0039 // To be refused.
        Refused(Secure.Usual with { Protocols = System.Security.Authentication.SslProtocols.Tls11 });
#pragma warning restore CA5397, SYSLIB0039
        Refused(Secure.Usual with { ClientCertificates = (ClientCertificates)7 });
    }

    // ---- One for each host

    [Theory]
    [InlineData("one.example", 1)]
    [InlineData("ONE.example", 1)]
    [InlineData("two.example", 2)]
    [InlineData("a.wild.example", 3)]
    [InlineData("exact.wild.example", 4)]
    [InlineData("a.b.wild.example", 1)]
    [InlineData("wild.example", 1)]
    [InlineData("nobody.example", 1)]
    public async Task A_client_gets_the_certificate_of_the_host_that_it_asks_for(string host, int expected)
    {
        string[] names = ["one.example", "two.example", "*.wild.example", "exact.wild.example"];
        var certificates = names.Select((name, i) => TestCertificates.Issue($"CN=number {i + 1}", name)).ToArray();
        await using var secure = Secure.Start("Memory", static (_, _) => { }, new WebSocketServerOptions
        {
            Tls = new ServerTlsOptions { Certificates = [.. certificates.Select(certificate => ServerCertificate.From(certificate, [TestCertificates.Intermediate]))] },
        });

        Assert.Equal($"CN=number {expected}", await SubjectAsync(secure, host));
    }

    // ---- Reading anew

    [Fact]
    public async Task A_file_that_changes_serves_new_connections_and_the_old_ones_stay()
    {
        using var folder = new Folder();
        var clock = new FakeTimeProvider();
        using var first = TestCertificates.Issue("CN=first", "localhost");
        using var second = TestCertificates.Issue("CN=second", "localhost");
        var (certificate, key) = TestCertificates.WritePem(first, folder.Path, "server");
        var options = Options(ServerCertificate.FromPem(certificate, key)) with { TimeProvider = clock };
        await using var secure = Secure.Start("Memory", static (socket, _) => socket.OnMessage += message => socket.Send(message), options);
        var old = secure.Connect();
        await old.IsOpen();
        var answers = old.Messages.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Rewrite(second);
        Assert.Equal("CN=first", await SubjectAsync(secure, "localhost")); // It was looked at less than a second ago.
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("CN=second", await SubjectAsync(secure, "localhost"));
        Assert.Equal(1, secure.Log.Count(1151));
        old.Send("still there");
        Assert.True(await answers.MoveNextAsync().AsTask().InTime());
        Assert.Equal("still there", answers.Current.Text);

        // Half of a new pair: the old pair serves, and one line of the log says so, until the other half is there.
        File.Delete(key);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=second", await SubjectAsync(secure, "localhost"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=second", await SubjectAsync(secure, "localhost"));
        Assert.Equal(1, secure.Log.Count(1152));
        Rewrite(first);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=first", await SubjectAsync(secure, "localhost"));

        void Rewrite(X509Certificate2 changed)
        {
            // Files of one length, written within one tick of a coarse clock, would look the same.
            TestCertificates.WritePem(changed, folder.Path, "server");
            File.SetLastWriteTimeUtc(certificate, File.GetLastWriteTimeUtc(certificate).AddSeconds(Random.Shared.Next(1, 1000)));
        }
    }

    [Fact]
    public async Task A_link_that_leads_to_another_file_has_changed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links are for privileged users there.");
        using var folder = new Folder();
        var clock = new FakeTimeProvider();
        using var first = TestCertificates.Issue("CN=first", "localhost");
        using var second = TestCertificates.Issue("CN=second", "localhost");
        var one = TestCertificates.WritePfx(first, folder.Path, "one", "");
        var two = TestCertificates.WritePfx(second, folder.Path, "two", "");
        var link = Path.Combine(folder.Path, "live.pfx");
        File.CreateSymbolicLink(link, one);
        await using var secure = Secure.Start("Memory", static (_, _) => { }, Options(ServerCertificate.FromPfx(link)) with { TimeProvider = clock });
        Assert.Equal("CN=first", await SubjectAsync(secure, "localhost"));

        File.Delete(link);
        File.CreateSymbolicLink(link, two);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("CN=second", await SubjectAsync(secure, "localhost"));
    }

    private static WebSocketServerOptions Options(ServerCertificate certificate) =>
        new() { Tls = new ServerTlsOptions { Certificates = [certificate] } };

    private static async Task IsServedAsync(ServerCertificate certificate)
    {
        await using var secure = Secure.Start("Memory", static (_, _) => { }, Options(certificate));
        await secure.Connect().IsOpen();
    }

    private static string Fails(ServerCertificate certificate) => Assert.Throws<TlsException>(new WebSocketServer(Options(certificate)).Start).Message;

    private static async Task<string> SubjectAsync(Secure secure, string host)
    {
        var subject = "";
        var client = secure.Connect(new ClientTlsOptions
        {
            ServerName = host,
            OnValidate = (_, certificate, _, _) =>
            {
                subject = certificate!.Subject;
                return subject.Length > 0;
            },
        });
        await client.IsOpen();
        client.Abort();
        return subject;
    }
}
