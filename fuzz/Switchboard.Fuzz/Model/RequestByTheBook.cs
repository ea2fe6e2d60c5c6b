using System.Text.RegularExpressions;
using Switchboard.Protocol.Handshake;

namespace Switchboard.Fuzz.Model;

/// <summary>The rules of RFC 6455 §4.2.1 and §9.1, as regular expressions over headers' values.</summary>
internal static partial class RequestByTheBook
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private const string Blanks = @"[ \t]*";
    private const string Parameter = $@";{Blanks}{Token}{Blanks}(?:={Blanks}(?:{Token}|""(?:\\?[!#$%&'*+.^_`|~0-9A-Za-z-])+""){Blanks})?";
    private const string Extension = $"{Token}{Blanks}(?:{Parameter})*";

    /// <summary>Whether a request that follows HTTP's grammar may be upgraded.</summary>
    internal static bool MayBeUpgraded(RequestHead head) =>
        head is { Method: "GET", MinorVersion: >= 1 }
        && One(head, "Host") is { } host && Authority().IsMatch(host)
        && All(head, "Upgrade").Any(value => ElementsOf(value).Contains("websocket", StringComparer.OrdinalIgnoreCase))
        && All(head, "Connection").Any(value => ElementsOf(value).Contains("upgrade", StringComparer.OrdinalIgnoreCase))
        && One(head, "Sec-WebSocket-Version") == "13"
        && One(head, "Sec-WebSocket-Key") is { } key && Key().IsMatch(key)
        && All(head, "Transfer-Encoding") is []
        && All(head, "Content-Length") is [] or ["0"]
        && AreUniqueTokens(All(head, "Sec-WebSocket-Protocol"))
        && (All(head, "Sec-WebSocket-Extensions") is var extensions && (extensions.Length == 0 || IsExtensionList(string.Join(", ", extensions))));

    /// <summary>Whether this may be the value of Sec-WebSocket-Extensions.</summary>
    internal static bool IsExtensionList(string value) => Extensions().IsMatch(value);

    private static string[] All(RequestHead head, string name) =>
        [.. head.Headers.Fields.Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    private static string? One(RequestHead head, string name) => All(head, name) is [var value] ? value : null;

    private static IEnumerable<string> ElementsOf(string list) => list.Split(',').Select(element => element.Trim(' ', '\t'));

    private static bool AreUniqueTokens(string[] values)
    {
        var offers = values.SelectMany(ElementsOf).ToList();
        return offers.TrueForAll(offer => OneToken().IsMatch(offer)) && offers.Distinct().Count() == offers.Count;
    }

    [GeneratedRegex($@"\A{Token}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OneToken();

    // 16 bytes are 22 characters and two of padding. RFC 4648 §3.5: the last one has four bits too many, and a decoder may overlook what they are.
    [GeneratedRegex(@"\A[A-Za-z0-9+/]{22}==\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"\A[!$%&'()*+\-.0-9:;=A-Z\[\]_a-z~]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Authority();

    [GeneratedRegex($@"\A{Blanks}{Extension}(?:,{Blanks}{Extension})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Extensions();
}
