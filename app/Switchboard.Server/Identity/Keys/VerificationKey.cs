using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Switchboard.Server.Identity.Keys;

/// <summary>
/// A key with the one algorithm that it is for (RFC 8725 §3.1): a public key is never taken for a secret, whatever a token says of itself.
/// </summary>
internal sealed class VerificationKey
{
    private const int MinSecretBytes = 32;
    private const int MinRsaBits = 2048;
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly SecurityKey _key;
    private readonly string? _id;

    private VerificationKey(SecurityKey key, string algorithm, string? id) => (_key, Algorithm, _id) = (key, algorithm, id);

    /// <summary>HS256, RS256 or ES256 (RFC 7518 §3.1).</summary>
    internal string Algorithm { get; }

    /// <summary>Whether who checks with it could sign with it as well.</summary>
    internal bool IsSecret => _key is SymmetricSecurityKey;

    /// <exception cref="ArgumentException">It is shorter than a hash (RFC 7518 §3.2).</exception>
    internal static VerificationKey OfSecret(byte[] secret) => secret.Length >= MinSecretBytes
        ? new(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256, null)
        : throw new ArgumentException($"The secret of tokens has {secret.Length} bytes: it must have at least {MinSecretBytes}, random ones.");

    /// <exception cref="ArgumentException">It has fewer than 2048 bits (RFC 7518 §3.3).</exception>
    /// <exception cref="CryptographicException">It is no key.</exception>
    internal static VerificationKey OfRsa(RSAParameters parameters, string? id = null)
    {
        using var rsa = RSA.Create(parameters);
        return rsa.KeySize >= MinRsaBits
            ? new(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)), SecurityAlgorithms.RsaSha256, id)
            : throw new ArgumentException($"The RSA key of tokens has {rsa.KeySize} bits: it must have at least {MinRsaBits}.");
    }

    /// <exception cref="ArgumentException">It is on another curve than P-256 (RFC 7518 §3.4).</exception>
    /// <exception cref="CryptographicException">It is no key.</exception>
    internal static VerificationKey OfEllipticCurve(ECParameters parameters, string? id = null) => parameters.Curve.Oid.Value == P256
        ? new(new ECDsaSecurityKey(ECDsa.Create(parameters)), SecurityAlgorithms.EcdsaSha256, id)
        : throw new ArgumentException("The elliptic key of tokens is on another curve than P-256, which ES256 is for.");

    /// <summary>Whether a token with this <c>alg</c> and <c>kid</c> may be signed with it. A key or a token without an id goes with any.</summary>
    internal bool Fits(string algorithm, string? id) => Algorithm == algorithm && (_id is null || id is null || _id == id);

    /// <summary>Whether these bytes were signed with it. A secret is compared in a time that tells nothing of it.</summary>
    internal bool HasSigned(byte[] bytes, byte[] signature)
    {
        var providers = _key.CryptoProviderFactory;
        var provider = providers.CreateForVerifying(_key, Algorithm);
        try
        {
            return signature.Length > 0 && provider.Verify(bytes, signature);
        }
        finally
        {
            providers.ReleaseSignatureProvider(provider);
        }
    }
}
