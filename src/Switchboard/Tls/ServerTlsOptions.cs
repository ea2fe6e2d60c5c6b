using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard;

/// <summary>How a server speaks TLS (wss://).</summary>
public sealed record ServerTlsOptions
{
    internal const SslProtocols Modern = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// One for each host, or one for all. A client gets the one whose names the host that it asks for matches (SNI), wildcards included, and the first
    /// if none does.
    /// </summary>
    public required IReadOnlyList<ServerCertificate> Certificates { get; init; }

    /// <summary>
    /// Whether clients show certificates. Default <see cref="Switchboard.ClientCertificates.None"/>. What a client has shown is
    /// <see cref="WebSocketRequest.ClientCertificate"/>; one that is not good gets 403, with the cause.
    /// </summary>
    public ClientCertificates ClientCertificates { get; init; }

    /// <summary>The authorities whose clients are trusted, and no others. Default null: those that the system trusts.</summary>
    public X509Certificate2Collection? ClientRoots { get; init; }

    /// <summary>Whether clients' certificates are looked up as revoked. Default <see cref="X509RevocationMode.NoCheck"/>; online asks the network for each.</summary>
    public X509RevocationMode ClientRevocation { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>The versions. Default TLS 1.2 and 1.3; no others are spoken.</summary>
    public SslProtocols Protocols { get; init; } = Modern;

    internal void Validate()
    {
        if (Certificates is not { Count: > 0 } || Certificates.Contains(null!))
        {
            throw new ArgumentException("A server that speaks TLS needs a certificate.", nameof(Certificates));
        }

        if (!Enum.IsDefined(ClientCertificates))
        {
            throw new ArgumentOutOfRangeException(nameof(ClientCertificates), ClientCertificates, "Clients' certificates are not asked for, optional, or required.");
        }

        ThrowUnlessModern(Protocols);
    }

    /// <exception cref="ArgumentException">They are not TLS 1.2 or 1.3.</exception>
    internal static void ThrowUnlessModern(SslProtocols protocols)
    {
        if (protocols == SslProtocols.None || (protocols & ~Modern) != 0)
        {
            throw new ArgumentException($"TLS 1.2 and 1.3 are spoken here, and not {protocols} (RFC 8996).", nameof(protocols));
        }
    }
}
