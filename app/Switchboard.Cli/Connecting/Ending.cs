namespace Switchboard.Cli.Connecting;

/// <summary>How a connection has ended.</summary>
/// <param name="Url">Whose it was, without a name and a password.</param>
/// <param name="WasOpen">Whether it was ever made.</param>
/// <param name="Code">The close code; 1005 if none was given, 1006 if there was no closing handshake.</param>
/// <param name="Reason">The peer's reason; "" if there is none.</param>
/// <param name="Problem">Why it was not made, or had no closing handshake, as a sentence; null if it had one.</param>
internal sealed record Ending(string Url, bool WasOpen, int Code, string Reason, string? Problem)
{
    /// <summary>Of the answer that has refused it. Default none.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    internal int ExitCode => this switch
    {
        { WasOpen: false } => Cli.ExitCode.Failed,
        { Problem: not null } => Cli.ExitCode.CutOff,
        { Code: 1000 or 1005 } => Cli.ExitCode.Fine,
        _ => Cli.ExitCode.OtherCode,
    };

    /// <summary>The same for people.</summary>
    internal string Sentence => this switch
    {
        { WasOpen: false } => $"No connection to {Url}: {Problem}",
        { Problem: not null } => $"The connection was cut off (1006): {Problem}",
        { Code: 1005 } => "Closed without a code.",
        _ => $"Closed: {Code} {Reason}".TrimEnd(),
    };
}
