using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Switchboard.Cli.Commands;

/// <summary>The program: <c>switchboard</c>, and its commands.</summary>
internal sealed class SwitchboardCommand : RootCommand, IExplained
{
    private SwitchboardCommand()
        : base("WebSockets from the command line.")
    {
        HelpName = "switchboard";
        Add(new ServeCommand());
        Add(new ConnectCommand());
        Add(new ListenCommand());
        Add(new ConformCommand());
        Add(new CompletionCommand());

        // Without /h and /?, which are paths to most shells.
        Options.Remove(Options.OfType<HelpOption>().Single());
        Add(new HelpOption("--help", "-h") { Action = new ExplainingHelp(new HelpAction()), Description = "Shows this." });
    }

    public string Afterword =>
        """
        Examples:
          switchboard serve                                  rooms on http://localhost:3000
          switchboard connect ws://localhost:3000/echo       talk to a server
          echo hi | switchboard connect ws://localhost:3000/echo
          switchboard listen --port 9000                     see every frame that a client sends
          switchboard conform ws://localhost:3000/echo       hold a server against RFC 6455

        Each command has its own --help, with its exit codes.
        """;

    /// <returns>The process's exit code.</returns>
    internal static async Task<int> RunAsync(string[] args)
    {
        var parsed = new SwitchboardCommand().Parse(args.Length > 0 ? args : ["--help"]);

        // Who runs long stops in good order by itself, see StopSignals.
        parsed.InvocationConfiguration.ProcessTerminationTimeout = null;
        parsed.InvocationConfiguration.EnableDefaultExceptionHandler = false;
        try
        {
            return parsed.Action is ParseErrorAction ? Complain(parsed) : await parsed.InvokeAsync();
        }
        catch (Exception e)
        {
            // A fault of ours. People get a sentence of it, and no stack.
            await Console.Error.WriteLineAsync($"switchboard has failed: {e.GetType().Name}: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static int Complain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = command is SwitchboardCommand ? "switchboard" : $"switchboard {command.Name}";
        var error = parsed.InvocationConfiguration.Error;
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            // What follows it is not understood for the same reason.
            var known = command.Subcommands.Select(sub => sub.Name).Concat(command.Options.Select(option => option.Name));
            error.WriteLine($"{name} knows no '{unknown}'{(Nearest.Of(unknown, known) is { } near ? $": did you mean {near}?" : ".")}");
        }
        else
        {
            foreach (var problem in parsed.Errors)
            {
                error.WriteLine(problem.Message);
            }
        }

        error.WriteLine($"See {name} --help.");
        return ExitCode.Usage;
    }
}
