using System.Net.Security;

namespace Switchboard.Transports.Tls;

/// <param name="options">Its own: nobody changes them any more.</param>
/// <param name="pinnedKeys">SHA-256 hashes of public keys, in Base64.</param>
internal sealed class ClientEnd(SslClientAuthenticationOptions options, IReadOnlyCollection<string> pinnedKeys) : ITlsEnd
{
    private string Host => options.TargetHost ?? "";

    public bool IsServer => false;

    public bool MayBlock => true;

    public Task AuthenticateAsync(SslStream stream, CertificateVerdict verdict)
    {
        var whose = $"of {Host}";
        var own = options.RemoteCertificateValidationCallback;
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            (pinnedKeys.Count == 0 || verdict.IsPinned(pinnedKeys, whose, certificate, chain, ref errors))
            && (own is null
                ? verdict.Judge(whose, Host, certificate, chain, errors)
                : verdict.Ask(() => own(sender, certificate, chain, errors), whose));
        return stream.AuthenticateAsClientAsync(options, CancellationToken.None);
    }

    public TlsException Explain(Exception exception)
    {
        if (exception is TlsException known)
        {
            return known;
        }

        var failure = TlsAlert.FailureOf(exception);
        var message = failure switch
        {
            TlsFailure.ClientCertificateRequired => $"{Host} wants a certificate of the client, and takes none that was shown: set one in the TLS options.",
            TlsFailure.ProtocolMismatch => $"{Host} and this client have no TLS version, cipher or certificate in common: {TlsAlert.Words(exception)}.",
            TlsFailure.NotTls => $"{Host} does not speak TLS: use ws:// if the server has no TLS, or its port for wss://.",
            TlsFailure.UntrustedRoot or TlsFailure.CertificateExpired or TlsFailure.Revoked =>
                $"{Host} has refused this client's certificate: {TlsAlert.Words(exception)}.",
            _ => $"The TLS connection to {Host} failed: {TlsAlert.Words(exception)}.",
        };
        return new TlsException(failure, message, exception);
    }
}
