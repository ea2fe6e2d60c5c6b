using System.Security.Cryptography.X509Certificates;

namespace Switchboard.Tls;

/// <summary>Trust in certain roots, and in no others.</summary>
internal static class CustomTrust
{
    internal static X509ChainPolicy In(X509Certificate2Collection roots, X509RevocationMode revocation)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = revocation,

            // A missing link is the peer's to send; it is not asked of whoever its certificate names.
            DisableCertificateDownloads = revocation != X509RevocationMode.Online,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
