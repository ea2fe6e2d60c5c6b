using System.CommandLine.Parsing;
using System.Net;

namespace Switchboard.Cli.Commands;

/// <summary>A proxy on the command line: its URL, or "none".</summary>
internal static class ProxyUrl
{
    /// <returns>For "none" one that is never asked.</returns>
    internal static WebProxy? Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text == "none")
        {
            return new WebProxy();
        }

        if (Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var url)
            && url.Scheme == Uri.UriSchemeHttp)
        {
            return new WebProxy(url);
        }

        result.AddError($"'{text}' is no proxy: give http://host:port, or none.");
        return null;
    }
}
