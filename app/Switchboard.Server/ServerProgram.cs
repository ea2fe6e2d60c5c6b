using Switchboard.Server.Configuration;

namespace Switchboard.Server;

/// <summary>The program, for whoever starts it inside another one: <c>switchboard serve</c>.</summary>
public static class ServerProgram
{
    /// <summary>Runs the server until Ctrl-C or SIGTERM, or says why it does not.</summary>
    /// <param name="args">The flags, as its <c>--help</c> has them.</param>
    /// <returns>The exit code: 0 after a stop in good order, 1 if the server could not start, 2 for a wrong flag or setting.</returns>
    public static async Task<int> RunAsync(string[] args) => args is ["backup", .. var flags] ? BackupCommand.Run(flags) : CommandLine.Parse(args) switch
    {
        { Problem: { } problem } => CommandLine.Complain(problem),
        { IsHelpWanted: true } => CommandLine.Help(),
        { IsVersionWanted: true } => CommandLine.Version(),
        _ => await ServerApplication.RunAsync(args),
    };
}
