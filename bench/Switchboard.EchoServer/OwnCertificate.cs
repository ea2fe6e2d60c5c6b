using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard.EchoServer;

/// <summary>A certificate that nobody trusts, and the load generator does not look at. Of the kind that certbot makes by default: ECDSA, P-256.</summary>
internal static class OwnCertificate
{
    internal static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }
}
