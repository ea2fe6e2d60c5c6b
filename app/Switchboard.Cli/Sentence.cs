namespace Switchboard.Cli;

/// <summary>What an exception says to people.</summary>
internal static class Sentence
{
    /// <returns>The message, without the name of a parameter, which is ours and tells nobody anything.</returns>
    internal static string Of(Exception exception) => exception.Message.Split(" (Parameter '", 2)[0];
}
