using System.CommandLine;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Switchboard.Cli.Listening;
using Switchboard.Cli.Listening.Tapping;
using Switchboard.Cli.Terminal;
using Switchboard.Transports.Sockets;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard listen</c>: a server for whoever debugs a client. It shows every frame, both ways.</summary>
internal sealed class ListenCommand : Command, IExplained
{
    private readonly Option<string> _host = new("--host")
    {
        Description = "An IP address, a name, localhost, * for all addresses, or unix:/path.",
        HelpName = "host",
        DefaultValueFactory = _ => "localhost",
    };

    private readonly Option<int?> _port = new("--port", "-p")
    {
        Description = "The port, 0 for a free one.",
        HelpName = "port",
        CustomParser = Number.From(0, ushort.MaxValue),
        DefaultValueFactory = _ => 9000,
    };

    private readonly Option<bool> _noEcho = new("--no-echo") { Description = "Does not send messages back." };

    private readonly Option<string[]> _subprotocols = new("--subprotocol", "-s")
    {
        Description = "A subprotocol to agree on, if the client offers it. May be given several times, the preferred one first.",
        HelpName = "name",
    };

    private readonly Option<bool> _compress = new("--compress")
    {
        Description = "Agrees on permessage-deflate, if the client offers it. Compressed payloads are shown as they are on the wire.",
    };

    private readonly Option<int?> _preview = new("--preview")
    {
        Description = "How many bytes of a payload are shown. Of control frames all are.",
        HelpName = "bytes",
        CustomParser = Number.From(0, 16 * 1024 * 1024),
        DefaultValueFactory = _ => 64,
    };

    private readonly Option<string?> _certificate = new("--tls-cert")
    {
        Description = "Speaks TLS (wss://) with this certificate, and its chain behind it (PEM). What is shown is what is inside.",
        HelpName = "file",
    };

    private readonly Option<string?> _key = new("--tls-key")
    {
        Description = "The private key of --tls-cert (PEM), if it is not in the same file.",
        HelpName = "file",
    };

    internal ListenCommand()
        : base("listen", "Runs a server for debugging clients: it shows the handshake and every frame, and sends messages back.")
    {
        Option[] options = [_host, _port, _noEcho, _subprotocols, _compress, _preview, _certificate, _key];
        foreach (var option in options)
        {
            Add(option);
        }

        Validators.Add(result =>
        {
            if (result.GetValue(_key) is not null && result.GetValue(_certificate) is null)
            {
                result.AddError("--tls-key is the key of a certificate: give that too, by --tls-cert.");
            }
        });
        SetAction(RunAsync);
    }

    public string Afterword =>
        """
        Each line has the time, the connection's number, and < for what the client sends or > for what it gets. Pages of every
        origin may connect.

        Examples:
          switchboard listen
          switchboard listen --port 9001 --subprotocol chat --no-echo
          switchboard listen --host '*' > frames.log
          switchboard listen --tls-cert localhost.pem --tls-key localhost.key

        Exit codes: 0 stopped, by Ctrl-C or SIGTERM; 1 the address cannot be listened on, or the certificate cannot be used;
        2 the command line was not understood.
        """;

    private async Task<int> RunAsync(ParseResult parsed)
    {
        using var stop = new StopSignals();
        var log = new WireLog(Screen.Open(), TimeProvider.System, parsed.GetValue(_preview)!.Value);
        var (host, port, isEcho) = (parsed.GetValue(_host)!, parsed.GetValue(_port)!.Value, !parsed.GetValue(_noEcho));
        try
        {
            var tls = ReadTls(parsed);
            await using var server = new WebSocketServer(new WebSocketServerOptions
            {
                Host = host,
                Port = port,
                Subprotocols = parsed.GetValue(_subprotocols) ?? [],
                Compression = parsed.GetValue(_compress) ? CompressionOptions.Default : null,
                Origins = OriginPolicy.Any,
                Transport = new TappedTransports(SocketTransportFactory.Instance, accepted => log.Open(accepted.RemoteEndPoint), tls),
            });
            server.OnConnection += (socket, _) => socket.OnMessage += message =>
            {
                if (isEcho)
                {
                    socket.Send(message);
                }
            };
            server.Start();
            foreach (var endPoint in server.LocalEndPoints)
            {
                Console.WriteLine($"Listening on {NameOf(endPoint, tls is not null)} (press Ctrl-C to stop)");
            }

            await stop.Requested;
            await server.StopAsync();
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(Sentence.Of(e));
            return ExitCode.Failed;
        }

        await log.EndAsync();
        return ExitCode.Fine;
    }

    private static string NameOf(EndPoint endPoint, bool isSecure) =>
        endPoint is UnixDomainSocketEndPoint ? $"unix:{endPoint}" : $"{(isSecure ? "wss" : "ws")}://{endPoint}";

    private SslServerAuthenticationOptions? ReadTls(ParseResult parsed)
    {
        if (parsed.GetValue(_certificate) is not { } path)
        {
            return null;
        }

        var chain = PemFile.ReadWithKey(path, parsed.GetValue(_key));
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(chain[0], [.. chain.Skip(1)], offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
    }
}
