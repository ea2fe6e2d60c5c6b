using System.Net.Security;

namespace Switchboard.Transports.Tls;

/// <summary>What differs between the two ends of a handshake.</summary>
internal interface ITlsEnd
{
    bool IsServer { get; }

    /// <summary>Whether it looks at the peer's certificate, which may read files, or ask the network: not on a loop's thread.</summary>
    bool MayBlock { get; }

    /// <summary>Shakes hands.</summary>
    /// <param name="stream">Not authenticated yet.</param>
    /// <param name="verdict">Gets to know what is wrong with the peer's certificate.</param>
    Task AuthenticateAsync(SslStream stream, CertificateVerdict verdict);

    /// <summary>Names the cause of a failure.</summary>
    TlsException Explain(Exception exception);
}
