using System.CommandLine.Parsing;

namespace Switchboard.Cli.Commands;

/// <summary>Cookies on the command line: "name=value".</summary>
internal static class Cookie
{
    /// <returns>The header's value (RFC 6265 §5.4).</returns>
    internal static string ReadAll(ArgumentResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.IndexOf('=', StringComparison.Ordinal) <= 0 || token.Value.Contains(';', StringComparison.Ordinal))
            {
                result.AddError($"'{token.Value}' is no cookie: write it as name=value.");
            }
        }

        return string.Join("; ", result.Tokens.Select(token => token.Value));
    }
}
