using System.Security.Cryptography;
using Switchboard.Server.Identity.Keys;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>Keys as people write them down: what is of no use is told at the start.</summary>
public sealed class KeyTextTests
{
    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData("marker", "6 bytes")]
    [InlineData("1234567890123456789012345678901", "31 bytes")]
    [InlineData("base64:", "0 bytes")]
    [InlineData("base64:MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMQ==", "31 bytes")]
    [InlineData("base64:marker!", "not base64")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nmarker\n-----END PUBLIC KEY-----", "is a secret, not PEM")]
    public void A_secret_has_32_bytes_and_is_not_repeated(string text, string why)
    {
        var message = Assert.Throws<ArgumentException>(() => KeyText.Read(text)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_of_32_bytes_is_enough()
    {
        Assert.Equal("HS256", KeyText.Read("12345678901234567890123456789012").Algorithm);
        Assert.Equal("HS256", KeyText.Read("éééééééééééééééé").Algorithm);
        Assert.Equal("HS256", KeyText.Read($"base64:{Convert.ToBase64String(new byte[32])}").Algorithm);
    }

    [Fact]
    public void A_file_that_is_of_no_use_is_named_and_says_why()
    {
        using var small = RSA.Create(1024);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var exchange = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        foreach (var (content, why) in ((string, string)[])
            [
                ("", "0 bytes"),
                ("too short\n", "9 bytes"),
                (small.ExportSubjectPublicKeyInfoPem(), "1024 bits"),
                (small.ExportRSAPublicKeyPem(), "1024 bits"),
                (other.ExportSubjectPublicKeyInfoPem(), "another curve than P-256"),
                (exchange.ExportSubjectPublicKeyInfoPem(), "another curve than P-256"),
                (Jwt.Rsa.ExportPkcs8PrivateKeyPem(), "private key"),
                (Jwt.Rsa.ExportRSAPrivateKeyPem(), "private key"),
                (Jwt.Elliptic.ExportECPrivateKeyPem(), "private key"),
                (PemEncoding.WriteString("PUBLIC KEY", [1, 2, 3]), ""),
                (PemEncoding.WriteString("X509 CRL", [1, 2, 3]), "holds no public key"),
                ("-----BEGIN PUBLIC KEY-----", ""),
            ])
        {
            var path = Path.GetTempFileName();
            File.WriteAllText(path, content);
            var message = Assert.Throws<ArgumentException>(() => KeyText.ReadFile(path)).Message;
            File.Delete(path);
            Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
            Assert.Contains(why, message, StringComparison.Ordinal);
        }

        Assert.Throws<FileNotFoundException>(() => KeyText.ReadFile("/no-such-file"));
    }
}
