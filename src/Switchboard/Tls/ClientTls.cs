using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Transports;
using Switchboard.Transports.Tls;

namespace Switchboard.Tls;

/// <summary>Puts TLS over a client's connection.</summary>
internal static class ClientTls
{
    /// <param name="inner">Connected, and not started.</param>
    /// <param name="host">The URL's host: a name in its ASCII form, or an address.</param>
    /// <param name="options">What the application wants.</param>
    internal static ITransport Wrap(ITransport inner, string host, ClientTlsOptions options) => TlsTransports.Connect(
        inner,
        new SslClientAuthenticationOptions
        {
            TargetHost = options.ServerName ?? host.Trim('[', ']').TrimEnd('.'),
            EnabledSslProtocols = options.Protocols,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = options.Revocation,
            CertificateChainPolicy = options.Roots is { } roots ? CustomTrust.In(roots, options.Revocation) : null,
            ClientCertificateContext = options.ClientCertificate is { } shown ? ToPlatform(shown) : null,
            RemoteCertificateValidationCallback = options.OnValidate,
        },
        [.. options.PinnedKeys.Select(ClientTlsOptions.HashOf)]);

    private static SslStreamCertificateContext ToPlatform(X509Certificate2Collection shown)
    {
        var own = shown.First(static certificate => certificate.HasPrivateKey);
        return SslStreamCertificateContext.Create(own, [.. shown.Where(certificate => certificate != own)], offline: true);
    }
}
