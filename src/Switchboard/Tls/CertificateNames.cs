using System.Security.Cryptography.X509Certificates;

namespace Switchboard.Tls;

internal enum HostMatch
{
    None,
    Wildcard,
    Exact,
}

/// <summary>The host names that a certificate is for (RFC 9525 §6.3): the alternative names of the kind DNS.</summary>
internal sealed class CertificateNames
{
    private readonly string[] _names;

    private CertificateNames(string[] names) => _names = names;

    internal static CertificateNames Of(X509Certificate2 certificate) => new(
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names => names.EnumerateDnsNames())]);

    internal HostMatch Match(string host)
    {
        var match = HostMatch.None;
        foreach (var name in _names)
        {
            if (name.Equals(host, StringComparison.OrdinalIgnoreCase))
            {
                return HostMatch.Exact;
            }

            // A wildcard is the whole first label, and stands for exactly one.
            if (name.StartsWith("*.", StringComparison.Ordinal)
                && host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
                && name.AsSpan(1).Equals(host.AsSpan(dot), StringComparison.OrdinalIgnoreCase))
            {
                match = HostMatch.Wildcard;
            }
        }

        return match;
    }
}
