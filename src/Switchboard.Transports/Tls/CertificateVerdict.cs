using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Switchboard.Transports.Tls;

/// <summary>What is wrong with a peer's certificate, in words: the platform tells it in flags, inside a callback, and forgets it.</summary>
internal sealed class CertificateVerdict
{
    // What is found wrong with a chain that ends at nobody who is trusted.
    private const X509ChainStatusFlags OfTrust = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain
        | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>Null if nothing is.</summary>
    internal TlsException? Problem { get; private set; }

    /// <param name="whose">Whose certificate it is: "of example.org", "of the client".</param>
    /// <param name="host">The host that it is to be for; null if it is no server's.</param>
    /// <param name="certificate">The peer's own.</param>
    /// <param name="chain">What was built above it.</param>
    /// <param name="errors">What the platform found.</param>
    /// <returns>Whether it is good.</returns>
    internal bool Judge(string whose, string? host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Problem = errors == SslPolicyErrors.None ? null : Name(whose, host, certificate as X509Certificate2, chain, errors);
        return Problem is null;
    }

    /// <summary>Compares the peer's key with those that are expected. One of them is trusted, whoever has signed it.</summary>
    internal bool IsPinned(
        IReadOnlyCollection<string> pinnedKeys, string whose, X509Certificate? certificate, X509Chain? chain, ref SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 { PublicKey: var key })
        {
            return true; // There is none, which is judged next.
        }

        var hash = Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        if (!pinnedKeys.Contains(hash))
        {
            Problem = new TlsException(
                TlsFailure.PinMismatch, $"The key {whose} is none of the pinned ones: it is sha256/{hash}. Pin it if the server has got a new one, and you know that it has.");
            return false;
        }

        if (chain is not null && chain.ChainStatus.All(static status => (status.Status & ~OfTrust) == 0))
        {
            errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        }

        return true;
    }

    /// <summary>Asks whoever has the last word; what he throws is the problem.</summary>
    internal bool Ask(Func<bool> isGood, string whose)
    {
        try
        {
            Problem = isGood() ? null : new TlsException(TlsFailure.Other, $"The application's own check has refused the certificate {whose}.");
        }
        catch (Exception e)
        {
            Problem = e as TlsException ?? new TlsException(TlsFailure.Other, $"The application's own check of the certificate {whose} threw: {e.Message}", e);
        }

        return Problem is null;
    }

    private static TlsException Name(string whose, string? host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return host is null
                ? new TlsException(TlsFailure.ClientCertificateRequired, "The client has shown no certificate, and this server wants one.")
                : new TlsException(TlsFailure.Other, $"{host} has shown no certificate.");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null)
        {
            return NameOf(chain, whose);
        }

        return new TlsException(
            TlsFailure.WrongHost,
            $"The certificate {whose} is for {string.Join(", ", HostNames.Of(certificate))}, and not for {host}: connect by a name that it has, or have one made for this name.");
    }

    // The worst first: one cause is named.
    private static TlsException NameOf(X509Chain chain, string whose)
    {
        var flags = X509ChainStatusFlags.NoError;
        foreach (var status in chain.ChainStatus)
        {
            flags |= status.Status;
        }

        if (flags.HasFlag(X509ChainStatusFlags.Revoked))
        {
            return new TlsException(TlsFailure.Revoked, $"The certificate {whose}, or one above it, was revoked by its CA: it is not to be trusted any more.");
        }

        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid) && NotInTime(chain, whose) is { } problem)
        {
            return problem;
        }

        if (flags.HasFlag(X509ChainStatusFlags.UntrustedRoot))
        {
            return chain.ChainElements.Count == 1
                ? new TlsException(TlsFailure.UntrustedRoot, $"The certificate {whose} is self-signed, and not among the trusted ones: trust it as a root, or pin its key.")
                : new TlsException(
                    TlsFailure.UntrustedRoot,
                    $"The certificate {whose} is of a CA that is not trusted here: {chain.ChainElements[^1].Certificate.Subject}. Trust it as a root if it is yours.");
        }

        if (flags.HasFlag(X509ChainStatusFlags.PartialChain))
        {
            return new TlsException(
                TlsFailure.IncompleteChain,
                $"The chain of the certificate {whose} breaks off: nobody here knows its issuer, {chain.ChainElements[^1].Certificate.Issuer}. "
                + "Either the peer does not send an intermediate certificate, or its CA is not trusted here.");
        }

        return (flags & (X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation)) != 0
            ? new TlsException(
                TlsFailure.RevocationUnknown, $"Whether the certificate {whose} was revoked could not be learnt, and it is to be checked: is its CA's server reachable?")
            : new TlsException(TlsFailure.Other, $"The certificate {whose} is not to be trusted: {flags}.");
    }

    private static TlsException? NotInTime(X509Chain chain, string whose)
    {
        var now = chain.ChainPolicy.VerificationTimeIgnored ? DateTime.Now : chain.ChainPolicy.VerificationTime;
        foreach (var element in chain.ChainElements)
        {
            var certificate = element.Certificate;
            var what = element == chain.ChainElements[0] ? $"The certificate {whose}" : $"A certificate above that {whose}, {certificate.Subject},";
            if (certificate.NotAfter < now)
            {
                return new TlsException(TlsFailure.CertificateExpired, $"{what} has expired on {Day(certificate.NotAfter)}: it must be renewed.");
            }

            if (certificate.NotBefore > now)
            {
                return new TlsException(
                    TlsFailure.CertificateNotYetValid, $"{what} is not valid before {Day(certificate.NotBefore)}: is a clock wrong?");
            }
        }

        return null;
    }

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
