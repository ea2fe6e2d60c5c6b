namespace Switchboard.Transports.Tls;

/// <summary>Finds in what the platform says of a failure the alert that the peer has sent (RFC 8446 §6.2), or the cause that it saw itself.</summary>
internal static class TlsAlert
{
    // OpenSSL's words, and the names that the runtime has for alerts, in small letters and without spaces.
    private static readonly (string Word, TlsFailure Failure)[] Known =
    [
        ("alertcertificaterequired", TlsFailure.ClientCertificateRequired),
        ("certificaterequired", TlsFailure.ClientCertificateRequired),
        ("alertcertificateexpired", TlsFailure.CertificateExpired),
        ("certificateexpired", TlsFailure.CertificateExpired),
        ("alertcertificaterevoked", TlsFailure.Revoked),
        ("certificaterevoked", TlsFailure.Revoked),
        ("unknownca", TlsFailure.UntrustedRoot),
        ("protocolversion", TlsFailure.ProtocolMismatch),
        ("unsupportedprotocol", TlsFailure.ProtocolMismatch),
        ("noprotocolsavailable", TlsFailure.ProtocolMismatch),
        ("nosharedcipher", TlsFailure.ProtocolMismatch),
        ("insufficientsecurity", TlsFailure.ProtocolMismatch),
        ("noapplicationprotocol", TlsFailure.ProtocolMismatch),
        ("handshakefailure", TlsFailure.ProtocolMismatch),
        ("wrongversionnumber", TlsFailure.NotTls),
        ("httprequest", TlsFailure.NotTls),
    ];

    internal static TlsFailure FailureOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            var words = cause.Message.Replace(" ", "", StringComparison.Ordinal);
            foreach (var (word, failure) in Known)
            {
                if (words.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return failure;
                }
            }
        }

        return TlsFailure.Other;
    }

    /// <summary>The innermost message, which is the most exact.</summary>
    internal static string Words(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');
}
