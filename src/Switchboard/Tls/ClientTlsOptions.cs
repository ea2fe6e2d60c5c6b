using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard;

/// <summary>How a client speaks TLS (wss://). The default trusts what the system trusts.</summary>
public sealed record ClientTlsOptions
{
    /// <summary>The default.</summary>
    public static ClientTlsOptions Default { get; } = new();

    /// <summary>
    /// The authorities that are trusted, instead of the system's. Default null: the system's. From a file:
    /// <c>var roots = new X509Certificate2Collection(); roots.ImportFromPemFile("ca.pem");</c>
    /// </summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>
    /// SHA-256 hashes of the public keys (SPKI) that the server may have, in Base64 or in hexadecimal, with or without <c>sha256/</c> before them. A key that is
    /// pinned needs no authority that is trusted; host name and dates still count. Default none: any key.
    /// </summary>
    public IReadOnlyCollection<string> PinnedKeys { get; init; } = [];

    /// <summary>What is shown to a server that asks: a certificate with its key, and those above it. Default null: none.</summary>
    public X509Certificate2Collection? ClientCertificate { get; init; }

    /// <summary>
    /// Whether the server's certificate is looked up as revoked. Default <see cref="X509RevocationMode.NoCheck"/>, as most clients do: authorities' servers are
    /// slow, or out of reach. With a check, what cannot be learnt is a failure.
    /// </summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>The versions. Default TLS 1.2 and 1.3; no others are spoken.</summary>
    public SslProtocols Protocols { get; init; } = ServerTlsOptions.Modern;

    /// <summary>The name that the server is asked for, and that its certificate must have. Default null: the URL's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// Has the last word, instead of the platform, on a certificate whose key is among the pinned ones, if there are any. Default null. What it throws as a
    /// <c>TlsException</c> is the cause that is told. Runs on the thread pool.
    /// </summary>
    public RemoteCertificateValidationCallback? OnValidate { get; init; }

    internal void Validate()
    {
        ServerTlsOptions.ThrowUnlessModern(Protocols);
        if (ClientCertificate is { } shown && !shown.Any(static certificate => certificate.HasPrivateKey))
        {
            throw new ArgumentException("A client's certificate needs its private key.", nameof(ClientCertificate));
        }

        foreach (var pin in PinnedKeys)
        {
            _ = HashOf(pin);
        }
    }

    /// <returns>The hash in Base64.</returns>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static string HashOf(string pin)
    {
        var text = pin.StartsWith("sha256/", StringComparison.OrdinalIgnoreCase) ? pin["sha256/".Length..] : pin;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var isHash = text.Length == 2 * SHA256.HashSizeInBytes
            ? Convert.FromHexString(text, hash, out _, out var count) == System.Buffers.OperationStatus.Done
            : Convert.TryFromBase64String(text, hash, out count);
        return isHash && count == SHA256.HashSizeInBytes
            ? Convert.ToBase64String(hash)
            : throw new ArgumentException($"'{pin}' is not a SHA-256 hash in Base64 or hexadecimal.", nameof(pin));
    }
}
