using System.CommandLine.Parsing;
using System.Globalization;

namespace Switchboard.Cli.Commands;

/// <summary>Whole numbers on the command line.</summary>
internal static class Number
{
    /// <returns>A parser that says which numbers are taken.</returns>
    internal static Func<ArgumentResult, int?> From(int least, int most) => result =>
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"'{text}' is not a number from {least} to {most}.");
        return null;
    };
}
