using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard.Server.Tls;

/// <summary>
/// A certificate for this machine's own names, to develop with: signed by an authority of its own, whose key is thrown away, so that whoever
/// trusts it trusts this one certificate and no other that anybody could make.
/// </summary>
/// <param name="Directory">Where the files are.</param>
/// <param name="IsNew">Whether they were made now.</param>
/// <param name="ValidUntil">When they will be made anew.</param>
internal sealed record DevelopmentCertificate(string Directory, bool IsNew, DateTimeOffset ValidUntil)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(14);

    /// <summary>What programs that connect are to trust.</summary>
    internal string AuthorityPath => Path.Combine(Directory, "authority.pem");

    /// <summary>The certificate and the authority's.</summary>
    internal string CertificatePath => Path.Combine(Directory, "localhost.pem");

    internal string KeyPath => Path.Combine(Directory, "localhost.key");

    /// <summary>Of the user, so that it is trusted once and not for each project, and so that nobody else can put another one there.</summary>
    /// <exception cref="IOException">The user has no folder for data.</exception>
    internal static string UsualDirectory => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? data
            : throw new IOException("There is no folder for a development certificate: set HOME or XDG_DATA_HOME, or give a certificate with --tls-cert."),
        "switchboard", "development-certificate");

    /// <summary>Takes the one that is there, or makes one.</summary>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal static DevelopmentCertificate In(string directory, DateTimeOffset now)
    {
        var certificate = new DevelopmentCertificate(directory, IsNew: false, now + Lifetime);
        if (certificate.TryRead() is { } validUntil && validUntil > now + RenewedBefore)
        {
            return certificate with { ValidUntil = validUntil };
        }

        certificate.Make(now);
        return certificate with { IsNew = true };
    }

    /// <summary>What it is, and how to have it trusted.</summary>
    internal string Explain(string url) => $"""
        The development certificate for localhost {(IsNew ? "was made now" : "is there")}, valid until {ValidUntil:yyyy-MM-dd}: {CertificatePath}
        It is signed by an authority that exists for it alone. Programs trust it when they are told to trust {AuthorityPath}:
          curl:            curl --cacert {AuthorityPath} {url}
          Debian, Ubuntu:  sudo cp {AuthorityPath} /usr/local/share/ca-certificates/switchboard.crt && sudo update-ca-certificates
          Chromium:        certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n switchboard -i {AuthorityPath}
          macOS:           security add-trusted-cert -k ~/Library/Keychains/login.keychain-db {AuthorityPath}
          Windows:         certutil -user -addstore Root {AuthorityPath}
        It is for this machine only: for others take a certificate of theirs (--tls-cert, --tls-key).
        """;

    private DateTimeOffset? TryRead()
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(CertificatePath, KeyPath);
            using var authority = X509CertificateLoader.LoadCertificateFromFile(AuthorityPath);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            return chain.Build(certificate) ? certificate.NotAfter : null;
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Make(DateTimeOffset now)
    {
        var from = now.AddHours(-1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest(
            $"CN=Switchboard development on {Environment.MachineName}", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, ValidUntil);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("*.localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false)); // TLS server.
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var certificate = request.Create(authority, from, ValidUntil, RandomNumberGenerator.GetBytes(16));

        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(Directory);
        }
        else
        {
            System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        WriteKey(key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(AuthorityPath, authority.ExportCertificatePem() + "\n");
        File.WriteAllText(CertificatePath, $"{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n");
    }

    // Nobody else reads it, not even for the moment between its making and a change of its mode.
    private void WriteKey(string pem)
    {
        File.Delete(KeyPath);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(KeyPath, options);
        file.WriteLine(pem);
    }
}
