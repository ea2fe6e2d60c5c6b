namespace Switchboard.Cli.Connecting;

/// <summary>How a connection has ended.</summary>
/// <param name="WasOpen">Whether it was ever made.</param>
/// <param name="WasClean">Whether it ended with a closing handshake.</param>
/// <param name="Code">The close code; 1005 if none was given, 1006 if there was no closing handshake.</param>
/// <param name="Reason">The peer's reason, or ours for cutting it; "" if there is none.</param>
internal sealed record Ending(bool WasOpen, bool WasClean, int Code, string Reason)
{
    internal int ExitCode => this switch
    {
        { WasOpen: false } => Cli.ExitCode.Failed,
        { WasClean: false } => Cli.ExitCode.CutOff,
        { Code: 1000 or 1005 } => Cli.ExitCode.Fine,
        _ => Cli.ExitCode.OtherCode,
    };
}
