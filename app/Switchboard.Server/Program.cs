using Switchboard.Server;
using Switchboard.Server.Configuration;

return CommandLine.Parse(args) switch
{
    { Problem: { } problem } => CommandLine.Complain(problem),
    { IsHelpWanted: true } => CommandLine.Help(),
    { IsVersionWanted: true } => CommandLine.Version(),
    _ => await ServerApplication.RunAsync(args),
};
