using System.Net;

namespace Switchboard.Client.Cookies;

/// <summary>
/// The cookies of an opening handshake, which are those of the URL's http or https equivalent (RFC 6265 §5.4): what a site has set as Secure goes
/// to wss alone.
/// </summary>
internal static class ClientCookies
{
    /// <returns>The value of the Cookie header; null for no header.</returns>
    internal static string? HeaderFor(ServerUrl url, CookieContainer? container)
    {
        if (container is null || url.HttpUri is not { } uri)
        {
            return null;
        }

        var cookies = container.GetCookies(uri).Where(IsSendable).Select(static cookie => $"{cookie.Name}={cookie.Value}");
        return string.Join("; ", cookies) is { Length: > 0 } header ? header : null;
    }

    /// <summary>Keeps what the server sets, whether it has accepted the handshake or not. What is no cookie is left out, as browsers do.</summary>
    /// <param name="url">Who set them.</param>
    /// <param name="container">Where they go; null for nowhere.</param>
    /// <param name="headers">All headers of the answer.</param>
    internal static void Store(ServerUrl url, CookieContainer? container, IEnumerable<KeyValuePair<string, string>> headers)
    {
        if (container is null || url.HttpUri is not { } uri)
        {
            return;
        }

        foreach (var (name, value) in headers)
        {
            if (!name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            try
            {
                container.SetCookies(uri, value);
            }
            catch (CookieException)
            {
                // Not a cookie, or not one that this site may set. The others may be good.
            }
        }
    }

    // A cookie can be changed when its container has judged it. A header has visible ASCII, and a semicolon begins the next cookie.
    private static bool IsSendable(Cookie cookie) => IsVisible(cookie.Name) && IsVisible(cookie.Value);

    private static bool IsVisible(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains(';', StringComparison.Ordinal);
}
