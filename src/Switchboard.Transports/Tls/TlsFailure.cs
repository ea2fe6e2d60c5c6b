namespace Switchboard.Transports.Tls;

/// <summary>Why a TLS connection was not made, or broke.</summary>
public enum TlsFailure
{
    /// <summary>None of the others; the message and the inner exception say more.</summary>
    Other,

    /// <summary>The peer's certificate is no longer valid.</summary>
    CertificateExpired,

    /// <summary>The peer's certificate is not valid yet, or a clock is wrong.</summary>
    CertificateNotYetValid,

    /// <summary>The server's certificate is for other hosts (RFC 9525).</summary>
    WrongHost,

    /// <summary>The chain ends at a root that is not trusted here: it is self-signed, or of a CA that is not known.</summary>
    UntrustedRoot,

    /// <summary>The chain breaks off: an intermediate certificate was not sent, or its CA is not known here.</summary>
    IncompleteChain,

    /// <summary>The certificate was revoked by its CA.</summary>
    Revoked,

    /// <summary>Whether the certificate was revoked could not be learnt, and was to be.</summary>
    RevocationUnknown,

    /// <summary>The server wants a certificate of the client, and got none that it takes.</summary>
    ClientCertificateRequired,

    /// <summary>The server's key is none of the pinned ones.</summary>
    PinMismatch,

    /// <summary>Both ends have no version, cipher or application protocol in common.</summary>
    ProtocolMismatch,

    /// <summary>The peer does not speak TLS.</summary>
    NotTls,
}
