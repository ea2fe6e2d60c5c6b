using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests.Identity;

/// <summary>Tokens of whoever would like to be let in (GHSA-j77h-rr39-c552, CVE-2022-2421 and their kin elsewhere).</summary>
public sealed class HostileTokenTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("")]
    public async Task Algorithm_none_signs_nothing(string none)
    {
        var header = $$"""{"alg":"{{none}}"}""";
        foreach (var door in (Door[])[Door.OfSecret(), Door.OfFile(Jwt.Rsa.ExportSubjectPublicKeyInfoPem())])
        {
            await door.RefusesAsync(Jwt.Make(header, Jwt.Claims(), _ => []));
            await door.RefusesAsync(Jwt.Make(header, Jwt.Claims(), text => HMACSHA256.HashData(Jwt.Secret, text)));
        }
    }

    [Fact]
    public async Task A_signature_is_needed_and_is_of_this_very_text()
    {
        foreach (var (door, good) in ((Door, string)[])
            [
                (Door.OfSecret(), Jwt.Hs256()),
                (Door.OfFile(Jwt.Rsa.ExportSubjectPublicKeyInfoPem()), Jwt.Rs256()),
                (Door.OfFile(Jwt.Elliptic.ExportSubjectPublicKeyInfoPem()), Jwt.Es256()),
            ])
        {
            await door.LetsInAsync(good);
            var parts = good.Split('.');
            var other = Base64Url.EncodeToString(Door.Bytes(Jwt.Claims(""","rooms":{"*":["manage"]}""")));
            await door.RefusesAsync($"{parts[0]}.{parts[1]}.");
            await door.RefusesAsync($"{parts[0]}.{other}.{parts[2]}", "signature");
            await door.RefusesAsync($"{parts[0]}.{parts[1]}.{parts[2][..^4]}");
            await door.RefusesAsync($"{parts[0]}.{parts[1]}.{parts[2]}AAAA");
            await door.RefusesAsync($"{parts[0]}.{parts[1]}.AAAA", "signature");
        }
    }

    [Fact]
    public async Task A_public_key_is_no_secret()
    {
        // What everybody can read, in each form that somebody might have taken for the bytes of a secret.
        var spki = Jwt.Rsa.ExportSubjectPublicKeyInfoPem();
        var door = Door.OfFile(spki);
        foreach (var secret in (byte[][])
            [
                Encoding.ASCII.GetBytes(spki), Encoding.ASCII.GetBytes(spki + "\n"), Encoding.ASCII.GetBytes(spki.Trim()), Jwt.Rsa.ExportSubjectPublicKeyInfo(),
                Jwt.Rsa.ExportRSAPublicKey(), Jwt.Rsa.ExportParameters(false).Modulus!, Encoding.ASCII.GetBytes(Jwt.Rsa.ExportRSAPublicKeyPem()), [],
            ])
        {
            await door.RefusesAsync(Jwt.Hs256(secret: secret), "algorithm");
            await door.RefusesAsync(Jwt.Hs256(secret: secret, header: """{"alg":"RS256"}"""), "signature");
        }

        var elliptic = Jwt.Elliptic.ExportSubjectPublicKeyInfoPem();
        await Door.OfFile(elliptic).RefusesAsync(Jwt.Hs256(secret: Encoding.ASCII.GetBytes(elliptic)), "algorithm");
    }

    [Fact]
    public async Task A_key_that_the_token_brings_or_points_to_is_not_looked_at()
    {
        await using var attacker = await Issuer.StartAsync(Jwt.Set(Jwt.Jwk(Jwt.OtherRsa, "k")));
        var request = new CertificateRequest("CN=attacker", Jwt.OtherRsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(Jwt.Now, Jwt.Now.AddDays(1));
        var door = Door.OfFile(Jwt.Rsa.ExportSubjectPublicKeyInfoPem());

        foreach (var field in (string[])
            [
                $"\"jwk\":{Jwt.Jwk(Jwt.OtherRsa, "k")}",
                $"\"jku\":\"{attacker.Url}\"",
                $"\"x5u\":\"{attacker.Url}\"",
                $"\"x5c\":[\"{Convert.ToBase64String(certificate.RawData)}\"]",
                $"\"x5t\":\"{Base64Url.EncodeToString(certificate.GetCertHash())}\"",
                $"\"iss\":\"{attacker.Url}\"",
                $"\"kid\":\"{attacker.Url}\"",
            ])
        {
            var header = $$"""{"alg":"RS256",{{field}}}""";
            await door.RefusesAsync(Jwt.Rs256(key: Jwt.OtherRsa, header: header), "signature");
            Assert.Equal("u-1", (await door.LetsInAsync(Jwt.Rs256(header: header))).Publisher);
        }

        Assert.Equal(0, attacker.Asked);
    }

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("/dev/null")]
    [InlineData("' UNION SELECT 'secret' --")]
    [InlineData("| cat /etc/passwd")]
    [InlineData("http://127.0.0.1/key")]
    [InlineData("\\u0000")]
    [InlineData("\\ud83d\\ude00")]
    public async Task A_key_s_name_is_compared_and_no_more(string kid)
    {
        // A key of nothing, which is what /dev/null or a row made up would be.
        var header = $$"""{"alg":"HS256","kid":"{{kid}}"}""";
        await Door.OfSecret().RefusesAsync(Jwt.Hs256(secret: [], header: header), "signature");
        await Door.OfSecret().RefusesAsync(Jwt.Hs256(secret: Door.Bytes("secret"), header: header), "signature");
        await Door.OfSecret().LetsInAsync(Jwt.Hs256(header: header));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"alg":null}""")]
    [InlineData("""{"alg":256}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"alg":{"HS256":1}}""")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("""{"alg":"HS256","kid":7}""")]
    [InlineData("""{"alg":"HS256","kid":null}""")]
    [InlineData("""{"alg":"HS256","kid":"\udc00"}""")]
    [InlineData("""{"alg":"none","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","crit":["exp"]}""")]
    [InlineData("""{"alg":"HS256","crit":["b64"],"b64":false}""")]
    [InlineData("""["HS256"]""")]
    [InlineData("\"HS256\"")]
    [InlineData("""{"alg":"HS256"} """ + "x")]
    [InlineData("""{"alg":"HS256",}""")]
    [InlineData("""{'alg':'HS256'}""")]
    [InlineData("""{"alg":"HS256"/**/}""")]
    [InlineData("marker")]
    [InlineData("")]
    public async Task A_header_is_one_object_that_names_its_algorithm_once(string header) =>
        await Door.OfSecret().RefusesAsync(Jwt.Hs256(header: header));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("marker")]
    [InlineData("marker.marker")]
    [InlineData("a.b.c.d")]
    [InlineData("a.b.c.d.e")]
    [InlineData("{\"alg\":\"none\"}.{}.")]
    [InlineData("a b.c.d")]
    [InlineData("ä.ö.ü")]
    [InlineData("a=.b=.c=")]
    [InlineData("a+/.b.c")]
    [InlineData("A.A.A")]
    public async Task Three_parts_of_base64url_make_a_token(string token) => await Door.OfSecret().RefusesAsync(token);

    [Fact]
    public async Task Nothing_is_put_before_within_or_behind_it()
    {
        var good = Jwt.Hs256();
        foreach (var spoilt in (string[])[$"{good}.", $".{good}", $"{good}.AAAA.AAAA", $"{good}\0", good.Replace(".", "..", StringComparison.Ordinal), $"{good}=", $"{good},{good}", $"Bearer {good}"])
        {
            await Door.OfSecret().RefusesAsync(spoilt, "three parts");
        }
    }

    [Fact]
    public async Task More_than_8_KiB_are_not_read_however_good()
    {
        string Padded(int length) => Jwt.Hs256(Jwt.Claims($",\"pad\":\"{new string('x', length)}\""));
        var padding = 4000;
        while (Padded(padding + 1).Length <= 8192)
        {
            padding++;
        }

        Assert.InRange(Padded(padding).Length, 8190, 8192);
        await Door.OfSecret().LetsInAsync(Padded(padding));
        await Door.OfSecret().RefusesAsync(Padded(padding + 4), "longer than 8192");
        await Door.OfSecret().RefusesAsync(new string('a', 1_000_000), "longer than 8192");
        await Door.OfSecret().RefusesAsync(new string('.', 1_000_000), "longer than 8192");
        await Door.OfSecret().RefusesAsync(new string('.', 8192), "three parts");
    }

    [Fact]
    public async Task Claims_are_one_object_in_UTF_8_in_which_nothing_is_said_twice()
    {
        var exp = Jwt.Seconds(TimeSpan.FromHours(1));
        foreach (var payload in (string[])
            [
                "", "marker", "null", "[]", "\"marker\"", "{", "{}{}", $"[{Jwt.Claims()}]", Jwt.Claims() + ",",
                $$"""{"sub":"u-1","exp":{{exp}},"sub":"marker"}""",
                $$"""{"sub":"u-1","exp":{{exp}},"exp":{{exp + 1}}}""",
                $$"""{"sub":"u-1","exp":{{exp}},"s\u0075b":"marker"}""",
                $$$"""{"sub":"u-1","exp":{{{exp}}},"rooms":{"a":["read"],"a":["manage"]}}""",
                $$$"""{"sub":"u-1","exp":{{{exp}}},"rooms":{"\ud800":["read"]}}""",
                $$"""{"sub":"u-1","exp":{{exp}},"rooms":{{new string('[', 17)}}{{new string(']', 17)}}}""",
                $$"""{"sub":"u-1","exp":{{exp}},"deep":{{new string('[', 1000)}}{{new string(']', 1000)}}}""",
                $$"""{"sub":"u-1","exp":{{exp}},"deep":{{string.Concat(Enumerable.Repeat("{\"a\":", 500))}}1{{new string('}', 500)}}}""",
            ])
        {
            await Door.OfSecret().RefusesAsync(Jwt.Hs256(payload));
        }

        byte[] notUtf8 = [.. Door.Bytes("{\"sub\":\"u-1"), 0xC0, 0xAF, .. Door.Bytes($"\",\"exp\":{exp}}}")];
        await Door.OfSecret().RefusesAsync(Jwt.Make(Door.Bytes("""{"alg":"HS256"}"""), notUtf8, text => HMACSHA256.HashData(Jwt.Secret, text)), "does not hold JSON objects");
    }

    [Fact]
    public async Task A_signature_of_an_elliptic_key_is_two_numbers_of_its_range()
    {
        var door = Door.OfFile(Jwt.Elliptic.ExportSubjectPublicKeyInfoPem());
        var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        var zero = new byte[32];
        byte[] one = [.. zero[..31], 1];

        // CVE-2022-21449, "psychic signatures": r = s = 0 must not satisfy anything; nor what is a multiple of the order.
        foreach (var (r, s) in ((byte[], byte[])[])[(zero, zero), (zero, one), (one, zero), (order, order), (order, one), (one, order), (one, one)])
        {
            await door.RefusesAsync(Jwt.Make("""{"alg":"ES256"}""", Jwt.Claims(), _ => [.. r, .. s]), "signature");
        }

        // RFC 7518 §3.4: r and s in 64 bytes, not the sequence of ASN.1, not shorter, not longer.
        await door.RefusesAsync(
            Jwt.Make("""{"alg":"ES256"}""", Jwt.Claims(), text => Jwt.Elliptic.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)), "signature");
        await door.RefusesAsync(Jwt.Make("""{"alg":"ES256"}""", Jwt.Claims(), text => [.. Jwt.Elliptic.SignData(text, HashAlgorithmName.SHA256), 0]), "signature");
        await door.RefusesAsync(Jwt.Make("""{"alg":"ES256"}""", Jwt.Claims(), text => Jwt.Elliptic.SignData(text, HashAlgorithmName.SHA256)[..63]), "signature");
    }

    [Fact]
    public async Task The_other_signature_of_the_same_text_says_nothing_else()
    {
        // (r, n - s) is as good as (r, s) to every verifier of ECDSA: whoever makes it of a token has the same token, so none may be told by its bytes.
        var order = new BigInteger(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);
        var door = Door.OfFile(Jwt.Elliptic.ExportSubjectPublicKeyInfoPem());
        var token = Jwt.Make("""{"alg":"ES256"}""", Jwt.Claims(), text =>
        {
            var signature = Jwt.Elliptic.SignData(text, HashAlgorithmName.SHA256);
            var s = (order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. signature[..32], .. new byte[32 - s.Length], .. s];
        });

        Assert.Equal("u-1", (await door.LetsInAsync(token)).Publisher);
    }

    [Fact]
    public async Task Whatever_is_changed_in_a_token_it_is_refused_and_nothing_is_thrown()
    {
        var random = new Random(20_26);
        var door = Door.OfSecret();
        var good = Jwt.Hs256(Jwt.Claims(""","rooms":{"lobby":["read"]}"""));
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
        for (var i = 0; i < 2000; i++)
        {
            var text = new StringBuilder(good);
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                var place = random.Next(text.Length);
                text[place] = Letters[random.Next(Letters.Length)];
            }

            // The last letter of 32 bytes has two bits that are not used: they must be zero, or one token could be written in four ways.
            if (text.ToString() != good)
            {
                await door.RefusesAsync(text.ToString());
            }
        }

        // Well signed, so that what is inside is read.
        var claims = Jwt.Claims(""","name":"Ada","rooms":{"lobby":["read","write"],"game-*":["manage"]}""");
        const string Marks = "{}[]\":,0159eE+-.\\u nulltrfas*\u0001é";
        for (var i = 0; i < 2000; i++)
        {
            var text = new StringBuilder(claims);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = Marks[random.Next(Marks.Length)];
            }

            await door.KnockAsync(Jwt.Hs256(text.ToString()));
        }
    }
}
