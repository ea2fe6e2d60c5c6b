using Switchboard.Server.Tls;

namespace Switchboard.Server.Configuration;

/// <summary>The section <c>Switchboard:Tls</c>: none of it set means plain HTTP.</summary>
internal sealed class TlsSettings
{
    /// <summary>A PEM file with the certificate and behind it its chain, or a PFX file. Read anew when it changes.</summary>
    public string? Certificate { get; init; }

    /// <summary>The PEM file of its key. Default: it is in the certificate's.</summary>
    public string? Key { get; init; }

    /// <summary>The password of the PFX file or the key. Better given in the environment (<c>Switchboard__Tls__Password</c>) than as a flag.</summary>
    public string? Password { get; init; }

    /// <summary>Whether to make a certificate for localhost, and to say how to trust it.</summary>
    public bool Dev { get; init; }

    /// <summary>What <see cref="Dev"/> has made; null otherwise.</summary>
    internal DevelopmentCertificate? Development { get; private set; }

    internal bool IsOn => Certificate is not null || Dev;

    /// <exception cref="ArgumentException">The settings contradict each other.</exception>
    internal void Validate()
    {
        if (Dev && Certificate is not null)
        {
            throw new ArgumentException("Choose one: a development certificate (--tls-dev), or one of yours (--tls-cert).");
        }

        if (Certificate is null && Key is not null)
        {
            throw new ArgumentException("A key (--tls-key) needs its certificate (--tls-cert).");
        }
    }

    /// <summary>The certificate; a development one is made if it is not there.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal ServerTlsOptions ToOptions(DateTimeOffset now)
    {
        if (Dev)
        {
            Development = DevelopmentCertificate.In(DevelopmentCertificate.UsualDirectory, now);
            return new ServerTlsOptions { Certificates = [ServerCertificate.FromPem(Development.CertificatePath, Development.KeyPath)] };
        }

        var isPfx = Path.GetExtension(Certificate!).ToUpperInvariant() is ".PFX" or ".P12";
        return new ServerTlsOptions
        {
            Certificates = [isPfx ? ServerCertificate.FromPfx(Certificate!, Password) : ServerCertificate.FromPem(Certificate!, Key, Password)],
        };
    }
}
