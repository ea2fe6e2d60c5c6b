using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard.Cli.Commands;

/// <summary>Certificates and keys as OpenSSL, certbot and mkcert write them.</summary>
internal static class PemFile
{
    /// <returns>All certificates of a file.</returns>
    /// <exception cref="ArgumentException">There is none; the message is a sentence.</exception>
    internal static X509Certificate2Collection ReadCertificates(string path) => Read(path, () =>
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        return all.Count > 0 ? all : throw new CryptographicException("there is none in it.");
    });

    /// <param name="path">The certificate, and behind it its chain.</param>
    /// <param name="keyPath">Its key; null if it is in the same file.</param>
    /// <returns>The certificate with its key, and behind it its chain.</returns>
    /// <exception cref="ArgumentException">They cannot be used; the message is a sentence.</exception>
    internal static X509Certificate2Collection ReadWithKey(string path, string? keyPath)
    {
        var all = ReadCertificates(path);
        return Read(path, () =>
        {
            using var certificate = X509Certificate2.CreateFromPemFile(path, keyPath);
            all[0].Dispose();

            // Windows takes no key for TLS that lives in memory only.
            all[0] = OperatingSystem.IsWindows()
                ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null)
                : new X509Certificate2(certificate);
            return all;
        });
    }

    private static X509Certificate2Collection Read(string path, Func<X509Certificate2Collection> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The certificate {path} cannot be used: {e.Message}", e);
        }
    }
}
