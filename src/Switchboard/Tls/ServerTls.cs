using System.Net.Security;
using Microsoft.Extensions.Logging;
using Switchboard.Diagnostics;
using Switchboard.Files;
using Switchboard.Transports;
using Switchboard.Transports.Tls;

namespace Switchboard.Tls;

/// <summary>A server's certificates: chooses one for each client, and reads them anew when they change.</summary>
internal sealed class ServerTls
{
    private readonly ServerTlsOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ServedCertificate[] _served;

    /// <exception cref="TlsException">A certificate cannot be used.</exception>
    internal ServerTls(ServerTlsOptions options, TimeProvider clock, ILogger logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        _served = [.. options.Certificates.Select(source => new ServedCertificate(source, new FileWatch(source.Files), ToPlatform(source.Load())))];
    }

    /// <summary>Puts TLS over a connection that was accepted.</summary>
    /// <param name="accepted">The connection.</param>
    /// <param name="received">What has come of it already.</param>
    internal ITransport Wrap(ITransport accepted, ReadOnlySpan<byte> received) =>
        TlsTransports.Accept(accepted, Choose, looksAtClients: _options.ClientCertificates != ClientCertificates.None, received);

    /// <summary>The certificate for a host: one with its very name, or else a wildcard, or else the first.</summary>
    internal SslServerAuthenticationOptions Choose(string host)
    {
        LookAgain();
        ServedCertificate? wildcard = null;
        foreach (var served in _served)
        {
            switch (served.Names.Match(host))
            {
                case HostMatch.Exact:
                    return served.Current;
                case HostMatch.Wildcard:
                    wildcard ??= served;
                    break;
            }
        }

        return (wildcard ?? _served[0]).Current;
    }

    private void LookAgain()
    {
        foreach (var served in _served)
        {
            if (served.Watch.HasChanged(_clock))
            {
                Reload(served);
            }
        }
    }

    private void Reload(ServedCertificate served)
    {
        try
        {
            served.Replace(ToPlatform(served.Source.Load()));
            Log.CertificateReloaded(_logger, served.Source.Name);
        }
        catch (Exception e)
        {
            // Perhaps half of it is written: it is looked at again when it changes again. Until then the old one serves.
            Log.CertificateNotReloaded(_logger, e.Message, e);
        }
    }

    private SslServerAuthenticationOptions ToPlatform(CertificateChain chain) => new()
    {
        // Made once, for the platform keeps in it what makes handshakes fast, and sessions that are resumed.
        ServerCertificateContext = SslStreamCertificateContext.Create(chain.Certificate, chain.Above, offline: true),
        EnabledSslProtocols = _options.Protocols,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        AllowRenegotiation = false,
        ClientCertificateRequired = _options.ClientCertificates == ClientCertificates.Required,
        CertificateRevocationCheckMode = _options.ClientRevocation,
        CertificateChainPolicy = _options.ClientRoots is { } roots ? CustomTrust.In(roots, _options.ClientRevocation) : null,
    };

    /// <summary>One of them, and what was made of it last.</summary>
    private sealed class ServedCertificate(ServerCertificate source, FileWatch watch, SslServerAuthenticationOptions first)
    {
        private volatile Served _served = new(first);

        internal ServerCertificate Source => source;

        internal FileWatch Watch => watch;

        internal SslServerAuthenticationOptions Current => _served.Options;

        internal CertificateNames Names => _served.Names;

        internal void Replace(SslServerAuthenticationOptions options) => _served = new Served(options);

        private sealed class Served(SslServerAuthenticationOptions options)
        {
            internal SslServerAuthenticationOptions Options => options;

            internal CertificateNames Names { get; } = CertificateNames.Of(options.ServerCertificateContext!.TargetCertificate);
        }
    }
}
