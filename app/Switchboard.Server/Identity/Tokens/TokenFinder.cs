using System.Diagnostics.CodeAnalysis;
using Microsoft.Net.Http.Headers;

namespace Switchboard.Server.Identity.Tokens;

/// <summary>
/// Finds the token that comes with a request. Never in the URL, which ends up in logs.
/// </summary>
internal static class TokenFinder
{
    private const string Scheme = "Bearer";
    private const string SubprotocolMark = "bearer.";

    /// <param name="request">The request.</param>
    /// <param name="cookie">The cookie that may hold a token; null for none.</param>
    /// <param name="token">The token, when the answer is true; null if there is none.</param>
    /// <param name="problem">When the answer is false: there are several, and which of them counts is not ours to guess.</param>
    internal static bool TryFind(HttpRequest request, string? cookie, out string? token, [NotNullWhen(false)] out string? problem)
    {
        var found = InAuthorization(request).Concat(InCookies(request, cookie)).Concat(InSubprotocols(request)).Distinct(StringComparer.Ordinal).ToList();
        token = found.Count == 1 ? found[0] : null;
        problem = found.Count > 1 ? "The request has more than one token, and they differ: send one." : null;
        return problem is null;
    }

    // RFC 6750 §2.1: credentials = "Bearer" 1*SP b64token. Those of other schemes may be for a proxy before us.
    private static IEnumerable<string> InAuthorization(HttpRequest request) =>
        request.Headers.Authorization.OfType<string>()
            .Where(static value => value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && (value.Length == Scheme.Length || value[Scheme.Length] == ' '))
            .Select(static value => value[Scheme.Length..].Trim(' '));

    // All of that name: a page of a neighbouring domain can add one, and browsers do not say which is whose (RFC 6265 §8.6).
    private static IEnumerable<string> InCookies(HttpRequest request, string? cookie) =>
        cookie is not null && CookieHeaderValue.TryParseList(request.Headers.Cookie, out var cookies)
            ? cookies.Where(one => one.Name == cookie).Select(one => one.Value.ToString())
            : [];

    private static IEnumerable<string> InSubprotocols(HttpRequest request) =>
        request.Headers.SecWebSocketProtocol.OfType<string>()
            .SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries))
            .Where(static offer => offer.StartsWith(SubprotocolMark, StringComparison.Ordinal))
            .Select(static offer => offer[SubprotocolMark.Length..]);
}
