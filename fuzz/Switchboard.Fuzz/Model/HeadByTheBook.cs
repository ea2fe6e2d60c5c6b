using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Fuzz.Model;

/// <summary>The grammar of HTTP heads as the handshake takes them, as regular expressions over Latin-1 (RFC 9112 §3 to §5).</summary>
internal static partial class HeadByTheBook
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private const string Text = @"[^\x00-\x08\x0A-\x1F\x7F]*";
    private const string Fields = $@"(?:(?<name>{Token}):[ \t]*(?<value>{Text}?)[ \t]*\r\n)*\r\n";

    /// <returns>How long the request's head is, at the beginning of the data; 0 if there is none.</returns>
    internal static int RequestIn(ReadOnlySpan<byte> data, HeadLimits limits, out string head) => Find(Request(), data, limits, out head);

    /// <inheritdoc cref="RequestIn"/>
    internal static int ResponseIn(ReadOnlySpan<byte> data, HeadLimits limits, out string head) => Find(Response(), data, limits, out head);

    private static int Find(Regex grammar, ReadOnlySpan<byte> data, HeadLimits limits, out string head)
    {
        var match = grammar.Match(Encoding.Latin1.GetString(data));
        var (names, values) = (match.Groups["name"].Captures, match.Groups["value"].Captures);
        var phrase = grammar.GroupNumberFromName("phrase") < 0 ? "" : $" {match.Groups["phrase"].Value}";
        head = $"{match.Groups["first"].Value}{phrase}\r\n" + string.Concat(names.Zip(values, (name, value) => $"{name.Value}: {value.Value}\r\n"));
        return match.Length <= limits.MaxBytes
            && match.Value.Split('\n').All(line => line.Length + 1 <= limits.MaxLineBytes)
            && names.Count <= limits.MaxHeaders ? match.Length : 0;
    }

    [GeneratedRegex($@"\A(?<first>{Token} (?:/|(?i:https?://)[!-""$-~])[!-""$-~]* HTTP/1\.[0-9])\r\n{Fields}", RegexOptions.CultureInvariant)]
    private static partial Regex Request();

    [GeneratedRegex($@"\AHTTP/1\.1 (?<first>[0-9]{{3}})(?: (?<phrase>{Text}))?\r\n{Fields}", RegexOptions.CultureInvariant)]
    private static partial Regex Response();
}
