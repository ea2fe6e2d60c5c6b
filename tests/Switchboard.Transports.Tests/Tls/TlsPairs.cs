using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Switchboard.Transports.Tests.Support;
using Switchboard.Transports.Tls;

namespace Switchboard.Transports.Tests.Tls;

/// <summary>TLS over the two ends of a connection: the left one is the client.</summary>
internal static class TlsPairs
{
    private static readonly SslServerAuthenticationOptions Usual = ServerOptions(TestCertificates.Localhost);
    private static readonly SslServerAuthenticationOptions Mutual = ServerOptions(TestCertificates.Localhost, isClientKnown: true);

    internal static TransportPair Over(TransportPair pair, SslProtocols protocols = SslProtocols.None, bool clientCertificate = false) => new(
        TlsTransports.Connect(pair.Left, ClientOptions(protocols, clientCertificate ? TestCertificates.Client : null)),
        TlsTransports.Accept(pair.Right, _ => clientCertificate ? Mutual : Usual, looksAtClients: clientCertificate));

    internal static SslServerAuthenticationOptions ServerOptions(
        X509Certificate2 certificate, SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13, bool isClientKnown = false) => new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, [TestCertificates.Intermediate], offline: true),
            EnabledSslProtocols = protocols,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
            ClientCertificateRequired = isClientKnown,
            CertificateChainPolicy = isClientKnown ? Policy() : null,
        };

    internal static SslClientAuthenticationOptions ClientOptions(SslProtocols protocols = SslProtocols.None, X509Certificate2? certificate = null) => new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = protocols,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        CertificateChainPolicy = Policy(),
        ClientCertificateContext = certificate is null
            ? null : SslStreamCertificateContext.Create(certificate, [TestCertificates.Intermediate], offline: true),
    };

    internal static X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(TestCertificates.Root);
        return policy;
    }
}
