using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Server.Configuration;
using Switchboard.Server.Identity.Keys;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A key in a file, and what becomes of tokens when the file changes.</summary>
public sealed class FileKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("switchboard-key-");
    private readonly FakeTimeProvider _clock = new(Jwt.Now);
    private readonly Heard<FileKey> _log = new();
    private int _writes;

    private string KeyPath => Path.Combine(_folder.FullName, "issuer.pem");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_new_key_takes_the_place_of_the_old_one_whatever_its_algorithm()
    {
        var door = Of(Jwt.Rsa.ExportSubjectPublicKeyInfoPem());
        await door.LetsInAsync(Jwt.Rs256());

        Write(Jwt.OtherRsa.ExportSubjectPublicKeyInfoPem());
        await door.LetsInAsync(Jwt.Rs256(key: Jwt.OtherRsa));
        await door.RefusesAsync(Jwt.Rs256(), "signature");

        Write(Jwt.Elliptic.ExportSubjectPublicKeyInfoPem());
        await door.LetsInAsync(Jwt.Es256());
        await door.RefusesAsync(Jwt.Rs256(key: Jwt.OtherRsa), "known here");
        Assert.Equal(["RS256", "ES256"], _log.Lines.Select(static line => line.Line[^5..]));
        Assert.All(_log.Lines, line => Assert.StartsWith($"The key file {KeyPath} has changed and was read", line.Line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_is_changed_likewise_and_never_told()
    {
        var door = Of($"base64:{Convert.ToBase64String(Jwt.Secret)}\n");
        await door.LetsInAsync(Jwt.Hs256());

        Write("marker: a secret that is long enough, 0123456789");
        await door.LetsInAsync(Jwt.Hs256(secret: Door.Bytes("marker: a secret that is long enough, 0123456789")));
        await door.RefusesAsync(Jwt.Hs256(), "signature");
        Write("marker");
        await door.LetsInAsync(Jwt.Hs256(secret: Door.Bytes("marker: a secret that is long enough, 0123456789")));
        Assert.DoesNotContain(_log.Lines, line => line.Line.Contains("marker", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQ")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAQID\n-----END PUBLIC KEY-----\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----\n")]
    [InlineData("Certificate: the text before the PEM, of a file that is half written")]
    [InlineData(null)]
    public async Task What_is_of_no_use_changes_nothing_and_is_told_until_it_is_mended(string? broken)
    {
        var door = Of(Jwt.Rsa.ExportSubjectPublicKeyInfoPem());
        Write(broken);

        await door.LetsInAsync(Jwt.Rs256());
        await door.LetsInAsync(Jwt.Rs256());
        await door.RefusesAsync(Jwt.Hs256(secret: Door.Bytes(broken ?? "")), "known here");
        var (level, line) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.StartsWith($"The key file {KeyPath} has changed and cannot be used: ", line, StringComparison.Ordinal);

        Write(Jwt.OtherRsa.ExportSubjectPublicKeyInfoPem());
        await door.LetsInAsync(Jwt.Rs256(key: Jwt.OtherRsa));
    }

    [Fact]
    public async Task The_file_is_looked_at_once_a_second_at_most()
    {
        var door = Of(Jwt.Rsa.ExportSubjectPublicKeyInfoPem());
        await door.LetsInAsync(Jwt.Rs256());
        Write(Jwt.OtherRsa.ExportSubjectPublicKeyInfoPem(), aSecondLater: false);

        await door.LetsInAsync(Jwt.Rs256());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await door.RefusesAsync(Jwt.Rs256(), "signature");
    }

    [Fact]
    public async Task A_file_that_a_link_leads_to_may_change_with_the_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        var (first, second) = (Path.Combine(_folder.FullName, "1.pem"), Path.Combine(_folder.FullName, "2.pem"));
        await File.WriteAllTextAsync(first, Jwt.Rsa.ExportSubjectPublicKeyInfoPem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(second, Jwt.OtherRsa.ExportSubjectPublicKeyInfoPem(), TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(KeyPath, first);
        var door = Open();
        await door.LetsInAsync(Jwt.Rs256());

        File.Delete(KeyPath);
        File.CreateSymbolicLink(KeyPath, second);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await door.LetsInAsync(Jwt.Rs256(key: Jwt.OtherRsa));
    }

    [Fact]
    public async Task The_server_takes_the_new_key_while_it_runs()
    {
        Write(Jwt.Rsa.ExportSubjectPublicKeyInfoPem());
        await using var server = await InProcessServer.StartAsync(["--auth-key-file", KeyPath]);
        Assert.Equal((200, 401), (await StatusAsync(Jwt.Rs256()), await StatusAsync(Jwt.Rs256(key: Jwt.OtherRsa))));

        Write(Jwt.OtherRsa.ExportSubjectPublicKeyInfoPem());
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((401, 200), (await StatusAsync(Jwt.Rs256()), await StatusAsync(Jwt.Rs256(key: Jwt.OtherRsa))));

        async Task<int> StatusAsync(string token)
        {
            using var answer = await server.GetAsync("/rooms", ("Authorization", $"Bearer {token}"));
            return (int)answer.StatusCode;
        }
    }

    private Door Of(string content)
    {
        Write(content);
        return Open();
    }

    private Door Open() =>
        new(new AuthSettings { KeyFile = KeyPath }, new FileKey(KeyPath, _clock, _log));

    /// <param name="content">Null to take the file away.</param>
    /// <param name="aSecondLater">Whether it may be looked at again.</param>
    private void Write(string? content, bool aSecondLater = true)
    {
        if (content is null)
        {
            File.Delete(KeyPath);
        }
        else
        {
            // As two writes that no clock tells apart would not be.
            File.WriteAllText(KeyPath, content);
            File.SetLastWriteTimeUtc(KeyPath, Jwt.Now.UtcDateTime.AddSeconds(++_writes));
        }

        if (aSecondLater)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
