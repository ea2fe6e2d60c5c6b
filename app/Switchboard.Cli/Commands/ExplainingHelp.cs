using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Switchboard.Cli.Commands;

/// <summary>The help, and below it what the command has to say.</summary>
internal sealed class ExplainingHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is IExplained explained)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(explained.Afterword);
        }

        return exitCode;
    }
}
