using System.Security.Cryptography.X509Certificates;

namespace Switchboard.Transports.Tls;

/// <summary>The hosts that a certificate is for (RFC 9525 §6.3): its alternative names. The subject's common name does not count.</summary>
internal static class HostNames
{
    internal static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension alternatives)
            {
                names.AddRange(alternatives.EnumerateDnsNames());
                names.AddRange(alternatives.EnumerateIPAddresses().Select(static address => address.ToString()));
            }
        }

        return names.Count > 0 ? names : ["no host at all"];
    }
}
