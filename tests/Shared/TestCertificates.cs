using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard.TestSupport;

/// <summary>A certificate authority of the tests' own: a root, an intermediate below it, and what they have issued, good and bad. Made once for the process.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    internal static X509Certificate2 Root { get; } = MakeAuthority("CN=Switchboard test root", issuer: null);

    internal static X509Certificate2 Intermediate { get; } = MakeAuthority("CN=Switchboard test intermediate", Root);

    internal static X509Certificate2Collection Roots => [Root];

    /// <summary>For localhost and the loopback addresses.</summary>
    internal static X509Certificate2 Localhost { get; } = Issue("CN=localhost", "localhost");

    internal static X509Certificate2 Expired { get; } = Issue("CN=localhost", "localhost", from: -20, to: -1);

    internal static X509Certificate2 NotYetValid { get; } = Issue("CN=localhost", "localhost", from: 1, to: 20);

    internal static X509Certificate2 WrongHost { get; } = Issue("CN=elsewhere.example", "elsewhere.example", isLoopback: false);

    internal static X509Certificate2 SelfSigned { get; } = MakeSelfSigned();

    internal static X509Certificate2 Client { get; } = Issue("CN=a client", name: null);

    /// <summary>Of a client whose authority nobody knows.</summary>
    internal static X509Certificate2 Stranger { get; } = MakeSelfSigned();

    /// <summary>A server's, by the name of its property.</summary>
    internal static X509Certificate2 Of(string name) => name switch
    {
        nameof(Localhost) => Localhost,
        nameof(Expired) => Expired,
        nameof(NotYetValid) => NotYetValid,
        nameof(WrongHost) => WrongHost,
        nameof(SelfSigned) => SelfSigned,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such certificate."),
    };

    /// <summary>Issues a certificate by the intermediate authority.</summary>
    /// <param name="subject">Its distinguished name.</param>
    /// <param name="name">The host that it is for; null for a client's.</param>
    /// <param name="isLoopback">Whether it is for the loopback addresses too.</param>
    /// <param name="from">From when on it is valid, in days from now.</param>
    /// <param name="to">Until when.</param>
    internal static X509Certificate2 Issue(string subject, string? name, bool isLoopback = true, int from = -1, int to = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        AddLeafExtensions(request, name, isLoopback);
        using var certificate = request.Create(Intermediate, Now.AddDays(from), Now.AddDays(to), RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return Reloaded(withKey);
    }

    /// <summary>The certificate with its chain, and its key, as files.</summary>
    internal static (string CertificatePath, string KeyPath) WritePem(X509Certificate2 certificate, string folder, string name)
    {
        var certificatePath = Path.Combine(folder, $"{name}.pem");
        var keyPath = Path.Combine(folder, $"{name}.key");
        File.WriteAllText(keyPath, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificatePath, $"{certificate.ExportCertificatePem()}\n{Intermediate.ExportCertificatePem()}\n");
        return (certificatePath, keyPath);
    }

    /// <summary>The certificate with its chain and its key, as one file.</summary>
    internal static string WritePfx(X509Certificate2 certificate, string folder, string name, string password)
    {
        var path = Path.Combine(folder, $"{name}.pfx");
        var all = new X509Certificate2Collection { certificate, X509CertificateLoader.LoadCertificate(Intermediate.RawData) };
        File.WriteAllBytes(path, all.Export(X509ContentType.Pfx, password)!);
        return path;
    }

    internal static string WriteRoot(string folder)
    {
        var path = Path.Combine(folder, "root.pem");
        File.WriteAllText(path, Root.ExportCertificatePem());
        return path;
    }

    private static X509Certificate2 MakeAuthority(string subject, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (issuer is null)
        {
            return Reloaded(request.CreateSelfSigned(Now.AddDays(-100), Now.AddDays(100)));
        }

        using var certificate = request.Create(issuer, Now.AddDays(-99), Now.AddDays(99), RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return Reloaded(withKey);
    }

    private static X509Certificate2 MakeSelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        AddLeafExtensions(request, "localhost", isLoopback: true);
        return Reloaded(request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30)));
    }

    private static void AddLeafExtensions(CertificateRequest request, string? name, bool isLoopback)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(name is null ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], critical: false)); // RFC 5280 §4.2.1.12: client, server
        if (name is null)
        {
            return;
        }

        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddDnsName(name);
        if (isLoopback)
        {
            alternatives.AddIpAddress(IPAddress.Loopback);
            alternatives.AddIpAddress(IPAddress.IPv6Loopback);
        }

        request.CertificateExtensions.Add(alternatives.Build());
    }

    // A key that was only just made does not serve every platform's TLS.
    private static X509Certificate2 Reloaded(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
}
