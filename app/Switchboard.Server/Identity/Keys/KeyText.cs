using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Switchboard.Server.Identity.Keys;

/// <summary>Reads a key as people write it down: a secret, or a public key in PEM.</summary>
internal static class KeyText
{
    private const string Base64Mark = "base64:";
    private const string PemMark = "-----BEGIN";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>Reads a secret: <c>base64:</c> and base64, or else the text's own bytes.</summary>
    /// <exception cref="ArgumentException">It is none, or too short.</exception>
    internal static VerificationKey Read(string text)
    {
        // As a secret it would be one that everybody knows.
        if (text.Contains(PemMark, StringComparison.Ordinal))
        {
            throw new ArgumentException("Switchboard:Auth:Key is a secret, not PEM: put a public key into a file, and name that with --auth-key-file.");
        }

        if (!text.StartsWith(Base64Mark, StringComparison.Ordinal))
        {
            return VerificationKey.OfSecret(Encoding.UTF8.GetBytes(text));
        }

        try
        {
            return VerificationKey.OfSecret(Convert.FromBase64String(text[Base64Mark.Length..]));
        }
        catch (FormatException)
        {
            throw new ArgumentException("What follows 'base64:' in the secret of tokens is not base64.");
        }
    }

    /// <summary>Reads a file with a public key in PEM, or with a secret.</summary>
    /// <exception cref="ArgumentException">It holds no key that is of use.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal static VerificationKey ReadFile(string path)
    {
        var text = File.ReadAllText(path);
        try
        {
            return text.Contains(PemMark, StringComparison.Ordinal) ? ReadPem(text) : Read(text.Trim());
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }
    }

    private static VerificationKey ReadPem(string pem)
    {
        var fields = PemEncoding.Find(pem);
        var bytes = Convert.FromBase64String(pem[fields.Base64Data]);
        switch (pem[fields.Label])
        {
            case "PUBLIC KEY":
                return Of(PublicKey.CreateFromSubjectPublicKeyInfo(bytes, out _));
            case "RSA PUBLIC KEY":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportRSAPublicKey(bytes, out _);
                    return VerificationKey.OfRsa(rsa.ExportParameters(includePrivateParameters: false));
                }

            case "CERTIFICATE":
                using (var certificate = X509CertificateLoader.LoadCertificate(bytes))
                {
                    return Of(certificate.PublicKey);
                }

            case var label when label.EndsWith("PRIVATE KEY", StringComparison.Ordinal):
                throw new ArgumentException("This is a private key, which belongs to the issuer alone: give the public one (openssl pkey -pubout).");
            default:
                throw new ArgumentException("This PEM holds no public key.");
        }
    }

    private static VerificationKey Of(PublicKey key)
    {
        if (key.Oid.Value == EllipticCurve)
        {
            using var elliptic = key.GetECDsaPublicKey()!;
            return VerificationKey.OfEllipticCurve(elliptic.ExportParameters(includePrivateParameters: false));
        }

        using var rsa = key.GetRSAPublicKey() ?? throw new ArgumentException("This public key is neither RSA nor elliptic.");
        return VerificationKey.OfRsa(rsa.ExportParameters(includePrivateParameters: false));
    }
}
