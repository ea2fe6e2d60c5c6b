namespace Switchboard;

/// <summary>
/// Which pages may connect (RFC 6455 §10.2). A browser sends a user's cookies with a WebSocket that any page opens, so a server
/// that does not look at the Origin lends every visitor's identity to every page they visit.
/// </summary>
/// <remarks>A request without an Origin is not from a browser's page, and is let through: it could as well have lied.</remarks>
public sealed class OriginPolicy
{
    private readonly Func<Uri?, string, bool> _allows;

    private OriginPolicy(Func<Uri?, string, bool> allows) => _allows = allows;

    /// <summary>Pages from the host and port that the request is sent to. The default.</summary>
    public static OriginPolicy SameHost { get; } = new(IsSameHost);

    /// <summary>Every page. Right for public data without cookies, wrong for anything else.</summary>
    public static OriginPolicy Any { get; } = new(static (_, _) => true);

    /// <summary>Pages from the same host, and from these.</summary>
    /// <param name="origins">Scheme, host and port, such as <c>https://example.com</c> or <c>http://localhost:5173</c>.</param>
    /// <exception cref="ArgumentException">One of them is not an origin.</exception>
    public static OriginPolicy Only(params IEnumerable<string> origins)
    {
        var allowed = origins.Select(origin => TryParse(origin)
            ?? throw new ArgumentException($"'{origin}' is not an origin: write scheme, host and port, as in https://example.com.", nameof(origins)))
            .Select(Serialize).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new((origin, host) => IsSameHost(origin, host) || (origin is not null && allowed.Contains(Serialize(origin))));
    }

    /// <summary>Whether a request may go on.</summary>
    /// <param name="origin">Its header Origin, or null if it has none.</param>
    /// <param name="host">Its header Host.</param>
    public bool Allows(string? origin, string host) => origin is null || _allows(TryParse(origin), host);

    // The scheme is left aside: behind a proxy that ends TLS the page is https and we are not.
    private static bool IsSameHost(Uri? origin, string host) =>
        origin is not null
        && Uri.TryCreate($"{origin.Scheme}://{host}", UriKind.Absolute, out var self)
        && string.Equals(origin.IdnHost, self.IdnHost, StringComparison.OrdinalIgnoreCase)
        && origin.Port == self.Port;

    private static Uri? TryParse(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
        && uri.PathAndQuery is "/" or "" && uri.Fragment.Length == 0 ? uri : null;

    private static string Serialize(Uri origin) => $"{origin.Scheme}://{origin.IdnHost}:{origin.Port}";
}
