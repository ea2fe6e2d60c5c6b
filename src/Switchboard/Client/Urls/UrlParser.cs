using System.Globalization;

namespace Switchboard.Client.Urls;

/// <summary>
/// The URL Standard's basic URL parser (§4.4) for the special schemes that a WebSocket may begin with: ws, wss, http and https. It takes what
/// a browser takes, mends what a browser mends, and refuses the rest.
/// </summary>
internal static class UrlParser
{
    /// <param name="text">Any text.</param>
    /// <param name="baseUrl">What a relative URL is relative to.</param>
    /// <exception cref="SyntaxErrorException">It is not a URL, not one of these schemes, or relative to nothing.</exception>
    internal static UrlRecord Parse(string text, UrlRecord? baseUrl)
    {
        var rest = Clean(text).AsSpan();
        var hasScheme = TryTakeScheme(ref rest, out var scheme);
        if (hasScheme && UrlRecord.DefaultPort(scheme) is null)
        {
            throw new SyntaxErrorException($"A WebSocket URL begins with ws: or wss:, not with {scheme}: - write it as ws://host:port/path.");
        }

        if (!hasScheme && baseUrl is null)
        {
            throw new SyntaxErrorException($"'{text}' is not an absolute URL: write it as ws://host:port/path, or give a base URL.");
        }

        // Whatever they stand in, the first # begins the fragment, and the first ? before it the query.
        var hasFragment = TryCut(ref rest, '#', out _);
        var query = TryCut(ref rest, '?', out var given) ? PercentEncoding.Encode(given, PercentEncoding.SpecialQuery) : null;

        // A URL with a scheme has an authority after any number of slashes, unless the base has the same scheme: then it takes two.
        var isRelative = baseUrl is not null && (!hasScheme || scheme == baseUrl.Scheme) && !(SlashesBefore(rest) >= 2);
        return isRelative
            ? ParseRelative(rest, query, hasFragment, baseUrl!)
            : ParseAbsolute(hasScheme ? scheme : baseUrl!.Scheme, rest, query, hasFragment);
    }

    private static UrlRecord ParseAbsolute(string scheme, ReadOnlySpan<char> rest, string? query, bool hasFragment)
    {
        rest = rest[SlashesBefore(rest)..];
        var end = rest.IndexOfAny('/', '\\');
        var authority = end < 0 ? rest : rest[..end];
        var path = end < 0 ? default : rest[end..];

        // The last @ ends the credentials, and the first colon the user's name.
        var (username, password) = ("", "");
        if (authority.LastIndexOf('@') is >= 0 and var at)
        {
            var credentials = authority[..at];
            var hasPassword = TryCut(ref credentials, ':', out var secret);
            username = PercentEncoding.Encode(credentials, PercentEncoding.Userinfo);
            password = hasPassword ? PercentEncoding.Encode(secret, PercentEncoding.Userinfo) : "";
            authority = authority[(at + 1)..];
        }

        var colon = PortColon(authority);
        var host = UrlHost.Parse(colon < 0 ? authority : authority[..colon]);
        var port = colon < 0 ? null : ParsePort(authority[(colon + 1)..], UrlRecord.DefaultPort(scheme));
        return new UrlRecord(scheme, username, password, host, port, PathFrom([], path), query, hasFragment);
    }

    private static UrlRecord ParseRelative(ReadOnlySpan<char> path, string? query, bool hasFragment, UrlRecord baseUrl)
    {
        if (path.IsEmpty)
        {
            return baseUrl with { Query = query ?? baseUrl.Query, HasFragment = hasFragment };
        }

        // All of the base's segments but the last one, which is what stands there instead.
        List<string> segments = SlashesBefore(path) > 0 ? [] : [.. baseUrl.Path[1..].Split('/')[..^1]];
        return baseUrl with { Path = PathFrom(segments, path), Query = query, HasFragment = hasFragment };
    }

    // The path state: backslashes are slashes, and dots go up the tree, but never above its root.
    private static string PathFrom(List<string> segments, ReadOnlySpan<char> path)
    {
        path = SlashesBefore(path) > 0 ? path[1..] : path;
        while (true)
        {
            var end = path.IndexOfAny('/', '\\');
            var segment = PercentEncoding.Encode(end < 0 ? path : path[..end], PercentEncoding.Path);
            var dots = DotsOf(segment);
            if (dots == 2 && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }

            if (dots == 0)
            {
                segments.Add(segment);
            }
            else if (end < 0)
            {
                segments.Add("");
            }

            if (end < 0)
            {
                return "/" + string.Join('/', segments);
            }

            path = path[(end + 1)..];
        }
    }

    /// <returns>1 or 2 for a segment that is so many dots, encoded or not; 0 for any other.</returns>
    private static int DotsOf(string segment) => segment.Length > 6 ? 0 : segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) switch
    {
        "." => 1,
        ".." => 2,
        _ => 0,
    };

    private static int? ParsePort(ReadOnlySpan<char> digits, int? defaultPort)
    {
        if (digits.IsEmpty)
        {
            return null;
        }

        if (digits.ContainsAnyExceptInRange('0', '9'))
        {
            throw new SyntaxErrorException($"'{digits}' is not a port: write a number from 0 to 65535 after the host's colon.");
        }

        // Zeros before it do not make it larger.
        digits = digits.TrimStart('0');
        if (digits.Length > 5 || !int.TryParse(digits.IsEmpty ? "0" : digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
        {
            throw new SyntaxErrorException($"Port {digits} does not exist: the last one is 65535.");
        }

        return port == defaultPort ? null : port;
    }

    /// <summary>The colon that ends the host: those in the brackets of an IPv6 address do not.</summary>
    private static int PortColon(ReadOnlySpan<char> authority)
    {
        var isInBrackets = false;
        for (var i = 0; i < authority.Length; i++)
        {
            switch (authority[i])
            {
                case '[':
                    isInBrackets = true;
                    break;
                case ']':
                    isInBrackets = false;
                    break;
                case ':' when !isInBrackets:
                    return i;
            }
        }

        return -1;
    }

    // Controls and blanks around it go, tabs and line breaks inside it too.
    private static string Clean(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && text[start] <= ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] <= ' ')
        {
            end--;
        }

        var trimmed = text.AsSpan(start, end - start);
        return trimmed.ContainsAny('\t', '\n', '\r') ? string.Concat(trimmed.ToArray().Where(one => one is not ('\t' or '\n' or '\r'))) : trimmed.ToString();
    }

    private static bool TryTakeScheme(ref ReadOnlySpan<char> rest, out string scheme)
    {
        scheme = "";
        var colon = rest.IndexOf(':');
        if (colon < 1 || !char.IsAsciiLetter(rest[0]))
        {
            return false;
        }

        foreach (var one in rest[..colon])
        {
            if (!char.IsAsciiLetterOrDigit(one) && one is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        scheme = rest[..colon].ToString().ToLowerInvariant();
        rest = rest[(colon + 1)..];
        return true;
    }

    private static bool TryCut(ref ReadOnlySpan<char> text, char at, out ReadOnlySpan<char> tail)
    {
        var index = text.IndexOf(at);
        tail = index < 0 ? default : text[(index + 1)..];
        text = index < 0 ? text : text[..index];
        return index >= 0;
    }

    private static int SlashesBefore(ReadOnlySpan<char> text)
    {
        var count = text.IndexOfAnyExcept('/', '\\');
        return count < 0 ? text.Length : count;
    }
}
