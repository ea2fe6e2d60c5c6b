using System.CommandLine.Parsing;
using System.Globalization;

namespace Switchboard.Cli.Commands;

/// <summary>A time on the command line: seconds, such as 0.5, or "forever".</summary>
internal static class Seconds
{
    private const string Forever = "forever";

    internal static TimeSpan? Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text == Forever)
        {
            return Timeout.InfiniteTimeSpan;
        }

        // A day is more than any of these times needs, and less than a timer can take.
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        result.AddError($"'{text}' is no time: give seconds, such as 0.5, up to 86400, or {Forever}.");
        return null;
    }
}
