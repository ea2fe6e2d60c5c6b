using System.Net.Security;

namespace Switchboard.Transports.Tls;

/// <param name="choose">Gets the host that a client asks for, "" if it names none, and gives the options for it: never changed, and shared by connections.</param>
/// <param name="looksAtClients">Whether clients are asked for certificates.</param>
internal sealed class ServerEnd(Func<string, SslServerAuthenticationOptions> choose, bool looksAtClients) : ITlsEnd
{
    public bool IsServer => true;

    public bool MayBlock => looksAtClients;

    public Task AuthenticateAsync(SslStream stream, CertificateVerdict verdict) =>
        stream.AuthenticateAsServerAsync(ChooseAsync, verdict, CancellationToken.None);

    public TlsException Explain(Exception exception)
    {
        if (exception is TlsException known)
        {
            return known;
        }

        var failure = TlsAlert.FailureOf(exception);
        return new TlsException(
            failure,
            failure switch
            {
                TlsFailure.ProtocolMismatch => $"The client and this server have no TLS version, cipher or application protocol in common: {TlsAlert.Words(exception)}.",
                TlsFailure.UntrustedRoot or TlsFailure.CertificateExpired or TlsFailure.Revoked =>
                    $"The client has refused this server's certificate: {TlsAlert.Words(exception)}.",
                _ => $"The TLS connection failed: {TlsAlert.Words(exception)}.",
            },
            exception);
    }

    private ValueTask<SslServerAuthenticationOptions> ChooseAsync(
        SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellationToken)
    {
        var shared = choose(hello.ServerName);
        if (!looksAtClients)
        {
            return new ValueTask<SslServerAuthenticationOptions>(shared);
        }

        // One for each client, for its verdict. A client that is not good is let in as far as to be told so. Each shows its whole chain: of
        // a session that is resumed only its own certificate would be left.
        var verdict = (CertificateVerdict)state!;
        return new ValueTask<SslServerAuthenticationOptions>(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = shared.ServerCertificateContext,
            EnabledSslProtocols = shared.EnabledSslProtocols,
            ApplicationProtocols = shared.ApplicationProtocols,
            AllowRenegotiation = shared.AllowRenegotiation,
            ClientCertificateRequired = true,
            CertificateChainPolicy = shared.CertificateChainPolicy?.Clone(),
            CertificateRevocationCheckMode = shared.CertificateRevocationCheckMode,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                (certificate is null && !shared.ClientCertificateRequired)
                || verdict.Judge("of the client", host: null, certificate, chain, errors)
                || verdict.Problem is not null,
        });
    }
}
