using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Cli.Tests.Support;

namespace Switchboard.Cli.Tests.Processes;

/// <summary><c>switchboard connect wss://…</c>: whom it trusts, and as whom it is known.</summary>
public sealed class ConnectWithTlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Authorities_of_a_file_are_trusted()
    {
        await using var server = Somebody.WhoEchoes(With(TestCertificates.Localhost));

        var result = await ToolProcess.RunAsync("hi\n", "connect", server.Url, "-n", "1", "--cacert", TestCertificates.WriteRoot(_folder.Path));

        Assert.Equal((0, "hi"), (result.ExitCode, Assert.Single(result.Output)));
        Assert.True(Assert.Single(server.Requests).IsSecure);
    }

    [Theory]
    [InlineData(nameof(TestCertificates.Localhost), false)]
    [InlineData(nameof(TestCertificates.SelfSigned), true)]
    [InlineData(nameof(TestCertificates.Expired), true)]
    [InlineData(nameof(TestCertificates.WrongHost), true)]
    public async Task A_server_that_cannot_be_trusted_is_exit_code_1_unless_anybody_may_be_it(string certificate, bool isRootKnown)
    {
        await using var server = Somebody.WhoEchoes(With(TestCertificates.Of(certificate)));
        string[] roots = isRootKnown ? ["--cacert", TestCertificates.WriteRoot(_folder.Path)] : [];

        var refused = await ToolProcess.RunAsync("hi\n", ["connect", server.Url, .. roots]);
        var taken = await ToolProcess.RunAsync("hi\n", ["connect", server.Url, "-n", "1", "--insecure", .. roots]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Empty(refused.Output);
        Assert.StartsWith($"No connection to {server.Url}: ", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Contains("certificate", refused.Errors[0], StringComparison.Ordinal);
        Assert.Equal((0, "hi"), (taken.ExitCode, Assert.Single(taken.Output)));
        Assert.StartsWith("WARNING: --insecure: nobody checks who the server is", taken.Errors[0], StringComparison.Ordinal);
        Assert.Equal(["hi"], server.Heard);
    }

    [Fact]
    public async Task A_key_that_is_pinned_needs_no_authority_and_lets_nobody_else_in()
    {
        await using var server = Somebody.WhoEchoes(With(TestCertificates.SelfSigned));
        var right = Convert.ToBase64String(SHA256.HashData(TestCertificates.SelfSigned.PublicKey.ExportSubjectPublicKeyInfo()));
        var wrong = new string('0', 64);

        var taken = await ToolProcess.RunAsync("hi\n", "connect", server.Url, "-n", "1", "--pin", wrong, "--pin", right);
        var refused = await ToolProcess.RunAsync("hi\n", "connect", server.Url, "-n", "1", "--pin", wrong, "--insecure");

        Assert.Equal((0, "hi"), (taken.ExitCode, Assert.Single(taken.Output)));
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(["hi"], server.Heard);
    }

    [Fact]
    public async Task Another_name_than_the_URLs_may_be_asked_for()
    {
        await using var server = Somebody.WhoEchoes(With(TestCertificates.WrongHost));

        var result = await ToolProcess.RunAsync(
            "hi\n", "connect", server.Url, "-n", "1", "--cacert", TestCertificates.WriteRoot(_folder.Path), "--servername", "elsewhere.example");

        Assert.Equal((0, "hi"), (result.ExitCode, Assert.Single(result.Output)));
    }

    [Fact]
    public async Task A_certificate_of_its_own_is_shown_to_a_server_that_wants_one()
    {
        var tls = With(TestCertificates.Localhost).Tls! with { ClientCertificates = ClientCertificates.Required, ClientRoots = TestCertificates.Roots };
        await using var server = Somebody.WhoEchoes(new WebSocketServerOptions { Tls = tls });
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Client, _folder.Path, "client");
        string[] args = ["connect", server.Url, "-n", "1", "--cacert", TestCertificates.WriteRoot(_folder.Path)];

        var known = await ToolProcess.RunAsync("hi\n", [.. args, "--cert", certificate, "--key", key]);
        var unknown = await ToolProcess.RunAsync("hi\n", args);

        Assert.Equal((0, "hi"), (known.ExitCode, Assert.Single(known.Output)));
        Assert.Equal("CN=a client", Assert.Single(server.Requests).ClientCertificate!.Subject);
        Assert.Equal(1, unknown.ExitCode);
    }

    [Fact]
    public async Task A_key_may_be_in_the_same_file()
    {
        var tls = With(TestCertificates.Localhost).Tls! with { ClientCertificates = ClientCertificates.Required, ClientRoots = TestCertificates.Roots };
        await using var server = Somebody.WhoEchoes(new WebSocketServerOptions { Tls = tls });
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Client, _folder.Path, "client");
        await File.AppendAllTextAsync(certificate, await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        var result = await ToolProcess.RunAsync(
            "hi\n", "connect", server.Url, "-n", "1", "--cacert", TestCertificates.WriteRoot(_folder.Path), "--cert", certificate);

        Assert.Equal((0, "hi"), (result.ExitCode, Assert.Single(result.Output)));
    }

    [Theory]
    [InlineData("The certificate no-such-file cannot be used: ", "--cacert", "no-such-file")]
    [InlineData("The certificate no-such-file cannot be used: ", "--cert", "no-such-file")]
    [InlineData("--key is the key of a certificate: give that too, by --cert.", "--key", "no-such-file")]
    [InlineData("'1234' is not a SHA-256 hash in Base64 or hexadecimal.", "--pin", "1234")]
    public async Task What_cannot_be_used_is_exit_code_2(string sentence, params string[] args)
    {
        var result = await ToolProcess.RunAsync("", ["connect", "wss://localhost:1", .. args]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(sentence, result.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_certificate_is_none()
    {
        var file = Path.Combine(_folder.Path, "empty.pem");
        await File.WriteAllTextAsync(file, "nothing", TestContext.Current.CancellationToken);
        var result = await ToolProcess.RunAsync("", "connect", "wss://localhost:1", "--cacert", file);
        Assert.Equal((2, $"The certificate {file} cannot be used: there is none in it."), (result.ExitCode, Assert.Single(result.Errors)));
    }

    private static WebSocketServerOptions With(X509Certificate2 certificate) =>
        new() { Tls = new ServerTlsOptions { Certificates = [ServerCertificate.From(certificate, [TestCertificates.Intermediate])] } };
}
