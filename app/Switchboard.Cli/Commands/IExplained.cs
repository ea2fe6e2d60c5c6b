namespace Switchboard.Cli.Commands;

/// <summary>A command with more to say than its options: examples, exit codes.</summary>
internal interface IExplained
{
    /// <summary>Printed below the help.</summary>
    string Afterword { get; }
}
