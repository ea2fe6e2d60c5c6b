using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard.Transports.Tls;

/// <summary>What both ends of a TLS connection have agreed on. Immutable.</summary>
public sealed class TlsSession
{
    internal TlsSession(SslStream stream)
    {
        Protocol = stream.SslProtocol;
        CipherSuite = stream.NegotiatedCipherSuite;
        HostName = stream.TargetHostName;
        ApplicationProtocol = stream.NegotiatedApplicationProtocol;
        PeerCertificate = stream.RemoteCertificate as X509Certificate2;
    }

    /// <summary>The version.</summary>
    public SslProtocols Protocol { get; }

    /// <summary>The cipher suite.</summary>
    public TlsCipherSuite CipherSuite { get; }

    /// <summary>The host that the client asked for (SNI, RFC 6066 §3); "" if it named none, as one does that connects to an IP address.</summary>
    public string HostName { get; }

    /// <summary>What is spoken inside (ALPN, RFC 7301): <c>http/1.1</c>, or nothing if the client did not ask.</summary>
    public SslApplicationProtocol ApplicationProtocol { get; }

    /// <summary>The peer's certificate: the server's, or the one that a client has shown. Null if it has shown none.</summary>
    public X509Certificate2? PeerCertificate { get; }
}
