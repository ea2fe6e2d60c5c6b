namespace Switchboard;

/// <summary>
/// Which pages may connect (RFC 6455 §10.2). A browser sends a user's cookies with a WebSocket that any page opens, so a server
/// that does not look at the Origin lends every visitor's identity to every page they visit.
/// </summary>
/// <remarks>A request without an Origin is not from a browser's page, and is let through: it could as well have lied.</remarks>
public sealed class OriginPolicy
{
    private readonly Func<Origin, string, bool> _allows;

    private OriginPolicy(Func<Origin, string, bool> allows) => _allows = allows;

    /// <summary>Pages from the host and port that the request is sent to. The default.</summary>
    public static OriginPolicy SameHost { get; } = new(IsSameHost);

    /// <summary>Every page. Right for public data without cookies, wrong for anything else.</summary>
    public static OriginPolicy Any { get; } = new(static (_, _) => true);

    /// <summary>Pages from the same host, and from these.</summary>
    /// <param name="origins">Scheme, host and port, such as <c>https://example.com</c> or <c>http://localhost:5173</c>.</param>
    /// <exception cref="ArgumentException">One of them is not an origin.</exception>
    public static OriginPolicy SameHostAnd(params IEnumerable<string> origins)
    {
        var allowed = origins.Select(origin => Origin.TryParse(origin)
            ?? throw new ArgumentException($"'{origin}' is not an origin: write scheme, host and port, as in https://example.com.", nameof(origins)))
            .ToHashSet();
        return new((origin, host) => IsSameHost(origin, host) || allowed.Contains(origin));
    }

    /// <summary>Whether a request may go on.</summary>
    /// <param name="origin">Its header Origin, or null if it has none.</param>
    /// <param name="host">Its header Host.</param>
    public bool Allows(string? origin, string host) =>
        origin is null || ReferenceEquals(this, Any) || (Origin.TryParse(origin) is { } parsed && _allows(parsed, host));

    // The scheme is left aside: behind a proxy that ends TLS the page is https and we are not.
    private static bool IsSameHost(Origin origin, string host) => Origin.TryParse($"{origin.Scheme}://{host}") == origin;

    private sealed record Origin(string Scheme, string Host, int Port)
    {
        /// <returns>Null for what is not an origin, such as <c>null</c>, or a host that only looks like one.</returns>
        internal static Origin? TryParse(string text)
        {
            try
            {
                return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
                    && uri.PathAndQuery is "/" or "" && uri.Fragment.Length == 0
                    ? new Origin(uri.Scheme, uri.IdnHost.ToUpperInvariant(), uri.Port)
                    : null;
            }
            catch (UriFormatException)
            {
                // A host whose international form does not decode is taken by TryCreate, and found out by IdnHost.
                return null;
            }
        }
    }
}
