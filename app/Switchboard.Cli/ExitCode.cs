namespace Switchboard.Cli;

/// <summary>How a command has ended, for scripts. Each command's help names those that it has.</summary>
internal static class ExitCode
{
    internal const int Fine = 0;

    /// <summary>What was wanted could not be done: nobody answers, an address is taken, a case has failed.</summary>
    internal const int Failed = 1;

    /// <summary>The command line was not understood.</summary>
    internal const int Usage = 2;

    /// <summary>The connection was closed with another code than 1000 or none.</summary>
    internal const int OtherCode = 3;

    /// <summary>The connection ended without a closing handshake, or a rule was broken.</summary>
    internal const int CutOff = 4;
}
