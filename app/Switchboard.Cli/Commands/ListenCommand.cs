using System.CommandLine;
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
        Description = "An IP address, a name, localhost, or * for all addresses.",
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

    internal ListenCommand()
        : base("listen", "Runs a server for debugging clients: it shows the handshake and every frame, and sends messages back.")
    {
        Option[] options = [_host, _port, _noEcho, _subprotocols, _compress, _preview];
        foreach (var option in options)
        {
            Add(option);
        }

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

        Exit codes: 0 stopped, by Ctrl-C or SIGTERM; 1 the address cannot be listened on; 2 the command line was not understood.
        """;

    private async Task<int> RunAsync(ParseResult parsed)
    {
        using var stop = new StopSignals();
        var log = new WireLog(Screen.Open(), TimeProvider.System, parsed.GetValue(_preview)!.Value);
        var (host, port, isEcho) = (parsed.GetValue(_host)!, parsed.GetValue(_port)!.Value, !parsed.GetValue(_noEcho));
        try
        {
            await using var server = new WebSocketServer(new WebSocketServerOptions
            {
                Host = host,
                Port = port,
                Subprotocols = parsed.GetValue(_subprotocols) ?? [],
                Compression = parsed.GetValue(_compress) ? CompressionOptions.Default : null,
                Origins = OriginPolicy.Any,
                Transport = new TappedTransports(SocketTransportFactory.Instance, accepted => log.Open(accepted.RemoteEndPoint)),
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
                Console.WriteLine($"Listening on ws://{endPoint} (press Ctrl-C to stop)");
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
}
