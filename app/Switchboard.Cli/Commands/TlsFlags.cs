using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace Switchboard.Cli.Commands;

/// <summary>What a client is told about TLS.</summary>
internal sealed class TlsFlags
{
    private readonly Option<string?> _authorities = new("--cacert")
    {
        Description = "wss: trusts the authorities in this file (PEM), instead of the system's.",
        HelpName = "file",
    };

    private readonly Option<string?> _certificate = new("--cert")
    {
        Description = "wss: shows this certificate (PEM) to a server that asks for one.",
        HelpName = "file",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "The private key of --cert (PEM), if it is not in the same file.",
        HelpName = "file",
    };

    private readonly Option<string[]> _pins = new("--pin")
    {
        Description = "wss: the SHA-256 hash of the server's public key, in Base64 or hex; no authority is needed then. May be given several times.",
        HelpName = "hash",
    };

    private readonly Option<bool> _isInsecure = new("--insecure", "-k") { Description = "wss: takes any certificate, so anybody may be the server." };

    private readonly Option<string?> _serverName = new("--servername")
    {
        Description = "wss: asks for the certificate of this host, instead of the URL's.",
        HelpName = "host",
    };

    internal void AddTo(Command command)
    {
        Option[] options = [_authorities, _certificate, _key, _pins, _isInsecure, _serverName];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_key) is not null && result.GetValue(_certificate) is null)
            {
                result.AddError("--key is the key of a certificate: give that too, by --cert.");
            }
        });
    }

    internal bool IsInsecure(ParseResult parsed) => parsed.GetValue(_isInsecure);

    /// <exception cref="ArgumentException">A file cannot be used.</exception>
    [SuppressMessage("Security", "CA5359", Justification = "It is what --insecure asks for, and a warning says so.")]
    internal ClientTlsOptions Read(ParseResult parsed) => new()
    {
        Roots = parsed.GetValue(_authorities) is { } authorities ? PemFile.ReadCertificates(authorities) : null,
        ClientCertificate = parsed.GetValue(_certificate) is { } certificate ? PemFile.ReadWithKey(certificate, parsed.GetValue(_key)) : null,
        PinnedKeys = parsed.GetValue(_pins) ?? [],
        ServerName = parsed.GetValue(_serverName),
        OnValidate = IsInsecure(parsed) ? static (_, _, _, _) => true : null,
    };
}
