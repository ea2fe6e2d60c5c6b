using System.CommandLine;
using Switchboard.Server;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard serve</c>: the server that is ready to run, in this process.</summary>
internal sealed class ServeCommand : Command, IExplained
{
    private readonly Option<string> _host = new("--host")
    {
        Description = "An IP address, localhost, or * for all addresses. Default 127.0.0.1.",
        HelpName = "host",
    };

    private readonly Option<string> _port = new("--port") { Description = "The port, 0 for a free one. Default 3000.", HelpName = "port" };

    internal ServeCommand()
        : base("serve", "Runs the server: rooms for WebSockets, where a URL is a room.")
    {
        Add(_host);
        Add(_port);

        // The two are here for the help and for completion. All flags are read, and judged, by the server itself.
        TreatUnmatchedTokensAsErrors = false;
        SetAction(parsed => ServerProgram.RunAsync([.. parsed.Tokens.Skip(1).Select(token => token.Value)]));
    }

    public string Afterword =>
        """
        Every setting of the server can be given as a flag, --Switchboard:Rooms:Default:MaxMembers=500, or in the environment,
        Switchboard__Rooms__Default__MaxMembers=500.

        Examples:
          switchboard serve
          switchboard serve --port 8080 --host '*' --auth-key-file issuer.pem

        Exit codes: 0 stopped in good order, by Ctrl-C or SIGTERM; 1 could not start; 2 wrong flag or setting.
        """;
}
