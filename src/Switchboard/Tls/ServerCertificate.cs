using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Transports.Tls;

namespace Switchboard;

/// <summary>
/// Where a server's certificate comes from, with its key and its chain. It is read when the server starts; a file is looked at again with a handshake, at
/// most once a second, and read anew if it has changed: connections that are there stay as they are.
/// </summary>
public abstract class ServerCertificate
{
    private protected ServerCertificate()
    {
    }

    /// <summary>What it is called in errors and in the log.</summary>
    internal abstract string Name { get; }

    /// <summary>The files that it is read from; none if it never changes.</summary>
    internal virtual IReadOnlyList<string> Files => [];

    /// <summary>A file with the certificate, its key, and perhaps its chain (PKCS #12).</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="password">Null if it has none.</param>
    public static ServerCertificate FromPfx(string path, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileCertificate([path], () => Split(X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password, Storage)));
    }

    /// <summary>Files as certbot and OpenSSL write them.</summary>
    /// <param name="certificatePath">The certificate, and behind it its chain.</param>
    /// <param name="keyPath">Its key. Default null: it is in the same file.</param>
    /// <param name="password">Of the key; null if it has none.</param>
    public static ServerCertificate FromPem(string certificatePath, string? keyPath = null, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificatePath);
        return new FileCertificate(
            keyPath is null ? [certificatePath] : [certificatePath, keyPath],
            () =>
            {
                var chain = new X509Certificate2Collection();
                chain.ImportFromPemFile(certificatePath);
                if (chain.Count > 0)
                {
                    chain[0].Dispose();
                    chain.RemoveAt(0);
                }

                using var certificate = password is null
                    ? X509Certificate2.CreateFromPemFile(certificatePath, keyPath)
                    : X509Certificate2.CreateFromEncryptedPemFile(certificatePath, password, keyPath);
                return new CertificateChain(Usable(certificate), chain);
            });
    }

    /// <summary>The system's store: of those that match and have a key, the one that is valid the longest. It is read when the server starts.</summary>
    /// <param name="find">A thumbprint, or a part of the subject's name.</param>
    /// <param name="name">Which store. Default the personal one.</param>
    /// <param name="location">Whose. Default the user's.</param>
    public static ServerCertificate FromStore(string find, StoreName name = StoreName.My, StoreLocation location = StoreLocation.CurrentUser)
    {
        ArgumentException.ThrowIfNullOrEmpty(find);
        return new HeldCertificate($"'{find}' of the store {location}/{name}", () => Find(find, name, location));
    }

    /// <summary>One that the application has. It stays the application's, and is not to be disposed before the server has stopped.</summary>
    /// <param name="certificate">With its key.</param>
    /// <param name="chain">The certificates between it and its root. Default none.</param>
    public static ServerCertificate From(X509Certificate2 certificate, X509Certificate2Collection? chain = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new HeldCertificate(certificate.Subject, () => new CertificateChain(certificate, chain ?? []));
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="TlsException">It is not there, cannot be read, or has no key.</exception>
    internal CertificateChain Load()
    {
        try
        {
            var chain = Read();
            return chain.Certificate.HasPrivateKey
                ? chain
                : throw new TlsException(TlsFailure.Other, $"The certificate {Name} has no private key: a server needs both.");
        }
        catch (Exception e) when (e is IOException and not TlsException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new TlsException(TlsFailure.Other, $"The certificate {Name} cannot be used: {e.Message}", e);
        }
    }

    private protected abstract CertificateChain Read();

    private static X509KeyStorageFlags Storage => OperatingSystem.IsWindows() ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet;

    // Windows takes no key for TLS that lives in memory only.
    private static X509Certificate2 Usable(X509Certificate2 certificate) => OperatingSystem.IsWindows()
        ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null)
        : new X509Certificate2(certificate);

    private static CertificateChain Split(X509Certificate2Collection all)
    {
        var own = all.FirstOrDefault(static certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("there is no certificate with a private key in it.");
        all.Remove(own);
        return new CertificateChain(own, all);
    }

    private static CertificateChain Find(string find, StoreName name, StoreLocation location)
    {
        using var store = new X509Store(name, location);
        store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        var isThumbprint = find.Length == 2 * SHA1.HashSizeInBytes && find.All(char.IsAsciiHexDigit);
        var found = store.Certificates
            .Find(isThumbprint ? X509FindType.FindByThumbprint : X509FindType.FindBySubjectName, find, validOnly: false)
            .Where(static certificate => certificate.HasPrivateKey)
            .MaxBy(static certificate => certificate.NotAfter);
        return new CertificateChain(found ?? throw new CryptographicException("there is none with a private key."), []);
    }

    private sealed class HeldCertificate(string name, Func<CertificateChain> read) : ServerCertificate
    {
        internal override string Name => name;

        private protected override CertificateChain Read() => read();
    }

    private sealed class FileCertificate(string[] paths, Func<CertificateChain> read) : ServerCertificate
    {
        internal override string Name => string.Join(" with ", paths);

        internal override IReadOnlyList<string> Files => paths;

        private protected override CertificateChain Read() => read();
    }
}

/// <summary>A certificate with its key, and those between it and its root.</summary>
internal sealed record CertificateChain(X509Certificate2 Certificate, X509Certificate2Collection Above);
