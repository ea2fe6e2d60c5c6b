using System.CommandLine.Parsing;

namespace Switchboard.Cli.Commands;

/// <summary>Headers on the command line: "Name: value".</summary>
internal static class Header
{
    internal static Dictionary<string, string> ReadAll(ArgumentResult result)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split(':', 2) is not [var name, var value] || name.Trim().Length == 0)
            {
                result.AddError($"'{token.Value}' is no header: write it as \"Name: value\".");
            }
            else if (!headers.TryAdd(name.Trim(), value.Trim()))
            {
                result.AddError($"The header {name.Trim()} is given twice.");
            }
        }

        return headers;
    }
}
