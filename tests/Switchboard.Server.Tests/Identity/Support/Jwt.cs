using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Server.Tests.Identity.Support;

/// <summary>Tokens made by hand, good and bad ones, with none of the code that checks them.</summary>
internal static class Jwt
{
    /// <summary>Noon of the first day of 2026, when all tests of identity take place.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly byte[] Secret = SHA256.HashData("a secret of these tests"u8);
    public static readonly RSA Rsa = RSA.Create(2048);
    public static readonly RSA OtherRsa = RSA.Create(2048);
    public static readonly ECDsa Elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static long Seconds(TimeSpan fromNow) => (Now + fromNow).ToUnixTimeSeconds();

    /// <summary>What a good token claims, with more behind it: <c>,"name":"Ada"</c>.</summary>
    public static string Claims(string more = "") => $$"""{"sub":"u-1","exp":{{Seconds(TimeSpan.FromHours(1))}}{{more}}}""";

    public static string Hs256(string? payload = null, byte[]? secret = null, string header = """{"alg":"HS256","typ":"JWT"}""") =>
        Make(header, payload ?? Claims(), text => HMACSHA256.HashData(secret ?? Secret, text));

    public static string Rs256(string? payload = null, RSA? key = null, string header = """{"alg":"RS256","typ":"JWT"}""") =>
        Make(header, payload ?? Claims(), text => (key ?? Rsa).SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Es256(string? payload = null, ECDsa? key = null, string header = """{"alg":"ES256","typ":"JWT"}""") =>
        Make(header, payload ?? Claims(), text => (key ?? Elliptic).SignData(text, HashAlgorithmName.SHA256));

    public static string Make(string header, string payload, Func<byte[], byte[]> sign) => Make(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload), sign);

    public static string Make(byte[] header, byte[] payload, Func<byte[], byte[]> sign)
    {
        var text = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>A public key as an issuer publishes it (RFC 7517).</summary>
    public static string Jwk(RSA key, string? kid, string more = "")
    {
        var public1 = key.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA",{{Kid(kid)}}"n":"{{Base64Url.EncodeToString(public1.Modulus)}}","e":"{{Base64Url.EncodeToString(public1.Exponent)}}"{{more}}}""";
    }

    /// <inheritdoc cref="Jwk(RSA, string?, string)"/>
    public static string Jwk(ECDsa key, string? kid, string more = "")
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"P-256",{{Kid(kid)}}"x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"{{more}}}""";
    }

    public static string Set(params string[] keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    private static string Kid(string? kid) => kid is null ? "" : $"\"kid\":\"{kid}\",";
}
