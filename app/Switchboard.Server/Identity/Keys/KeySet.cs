using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Switchboard.Server.Identity.Keys;

/// <summary>Reads a JSON Web Key Set (RFC 7517 §5): the public keys of it that are for signatures which we check. Others are passed over.</summary>
internal static class KeySet
{
    /// <exception cref="ArgumentException">It is no key set.</exception>
    internal static IReadOnlyList<VerificationKey> Read(string json) => [.. new JsonWebKeySet(json).Keys.Select(ReadKey).OfType<VerificationKey>()];

    private static VerificationKey? ReadKey(JsonWebKey key)
    {
        // RFC 7517 §4.2, §4.3: a key that says what it is for is for nothing else.
        if ((!string.IsNullOrEmpty(key.Use) && key.Use != "sig") || (key.KeyOps.Count > 0 && !key.KeyOps.Contains("verify")))
        {
            return null;
        }

        try
        {
            // No symmetric one (kty oct): what is published is no secret.
            var found = (key.Kty, key.Crv) switch
            {
                ("RSA", _) => VerificationKey.OfRsa(new RSAParameters { Modulus = Bytes(key.N), Exponent = Bytes(key.E) }, key.Kid),
                ("EC", "P-256") => VerificationKey.OfEllipticCurve(
                    new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(key.X), Y = Bytes(key.Y) } }, key.Kid),
                _ => null,
            };
            return string.IsNullOrEmpty(key.Alg) || key.Alg == found?.Algorithm ? found : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or CryptographicException)
        {
            // One bad key does not spoil the others.
            return null;
        }
    }

    private static byte[] Bytes(string base64Url) => Base64UrlEncoder.DecodeBytes(base64Url);
}
