using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>The three algorithms, each with the keys that it is for, and with no other.</summary>
public sealed class AlgorithmTests
{
    [Fact]
    public async Task HS256_with_a_secret_of_the_configuration_or_of_a_file()
    {
        Assert.Equal("u-1", (await Door.OfSecret().LetsInAsync(Jwt.Hs256())).Publisher);
        Assert.Equal("u-1", (await Door.OfFile($"base64:{Convert.ToBase64String(Jwt.Secret)}\n").LetsInAsync(Jwt.Hs256())).Publisher);

        const string Text = "a secret of text, which has letters beyond ASCII: é";
        Assert.Equal("u-1", (await Door.OfFile($"{Text}\r\n").LetsInAsync(Jwt.Hs256(secret: Encoding.UTF8.GetBytes(Text)))).Publisher);
    }

    [Fact]
    public async Task RS256_with_a_public_key_of_a_file_in_any_of_its_forms()
    {
        var request = new CertificateRequest("CN=issuer", Jwt.Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(Jwt.Now, Jwt.Now.AddDays(1));

        foreach (var pem in (string[])[Jwt.Rsa.ExportSubjectPublicKeyInfoPem(), Jwt.Rsa.ExportRSAPublicKeyPem(), $"issuer:\n{certificate.ExportCertificatePem()}\n"])
        {
            Assert.Equal("u-1", (await Door.OfFile(pem).LetsInAsync(Jwt.Rs256())).Publisher);
            await Door.OfFile(pem).RefusesAsync(Jwt.Rs256(key: Jwt.OtherRsa), "signature");
        }
    }

    [Fact]
    public async Task ES256_with_a_public_key_of_a_file_in_any_of_its_forms()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=issuer", Jwt.Elliptic, HashAlgorithmName.SHA256).CreateSelfSigned(Jwt.Now, Jwt.Now.AddDays(1));

        foreach (var pem in (string[])[Jwt.Elliptic.ExportSubjectPublicKeyInfoPem(), certificate.ExportCertificatePem()])
        {
            Assert.Equal("u-1", (await Door.OfFile(pem).LetsInAsync(Jwt.Es256())).Publisher);
            await Door.OfFile(pem).RefusesAsync(Jwt.Es256(key: other), "signature");
        }
    }

    [Fact]
    public async Task One_key_serves_many_at_once()
    {
        foreach (var (door, good) in ((Door, string)[])
            [
                (Door.OfSecret(), Jwt.Hs256()),
                (Door.OfFile(Jwt.Rsa.ExportSubjectPublicKeyInfoPem()), Jwt.Rs256()),
                (Door.OfFile(Jwt.Elliptic.ExportSubjectPublicKeyInfoPem()), Jwt.Es256()),
            ])
        {
            var bad = $"{good[..good.LastIndexOf('.')]}.{new string('A', good.Length - good.LastIndexOf('.') - 1)}";
            await Parallel.ForAsync(0, 500, TestContext.Current.CancellationToken, async (i, _) =>
                await (i % 2 == 0 ? door.LetsInAsync(good) : door.RefusesAsync(bad, "signature")));
        }
    }

    [Fact]
    public async Task Each_key_takes_its_own_algorithm_only()
    {
        var secret = Door.OfSecret();
        await secret.RefusesAsync(Jwt.Rs256(), "algorithm");
        await secret.RefusesAsync(Jwt.Es256(), "algorithm");

        var rsa = Door.OfFile(Jwt.Rsa.ExportSubjectPublicKeyInfoPem());
        await rsa.RefusesAsync(Jwt.Hs256(), "algorithm");
        await rsa.RefusesAsync(Jwt.Es256(), "algorithm");

        var elliptic = Door.OfFile(Jwt.Elliptic.ExportSubjectPublicKeyInfoPem());
        await elliptic.RefusesAsync(Jwt.Hs256(), "algorithm");
        await elliptic.RefusesAsync(Jwt.Rs256(), "algorithm");
    }

    // Good signatures, of algorithms that nobody has asked for.
    [Theory]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS384")]
    [InlineData("PS256")]
    [InlineData("hs256")]
    [InlineData("HS256 ")]
    public async Task No_other_algorithm_is_taken(string algorithm)
    {
        var header = $$"""{"alg":"{{algorithm}}"}""";
        byte[] Sign(byte[] text) => algorithm switch
        {
            "HS384" => HMACSHA384.HashData(Jwt.Secret, text),
            "HS512" => HMACSHA512.HashData(Jwt.Secret, text),
            "RS384" => Jwt.Rsa.SignData(text, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            "PS256" => Jwt.Rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => HMACSHA256.HashData(Jwt.Secret, text),
        };

        await Door.OfSecret().RefusesAsync(Jwt.Make(header, Jwt.Claims(), Sign), "algorithm");
        await Door.OfFile(Jwt.Rsa.ExportSubjectPublicKeyInfoPem()).RefusesAsync(Jwt.Make(header, Jwt.Claims(), Sign), "algorithm");
    }
}
