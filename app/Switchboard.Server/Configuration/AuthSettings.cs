using Switchboard.Server.Identity.Keys;

namespace Switchboard.Server.Configuration;

/// <summary>
/// The section <c>Switchboard:Auth</c>: where the keys of tokens come from, and what else a token must say. Without a key everybody is who they
/// say they are, which is let happen on loopback only, and without a proxy.
/// </summary>
internal sealed class AuthSettings
{
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The secret of HS256: text of at least 32 bytes of UTF-8, or <c>base64:</c> and at least 32 bytes in base64. Better given in the environment
    /// (<c>Switchboard__Auth__Key</c>) than as a flag. Default none.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>
    /// A file with a public key in PEM, RSA of at least 2048 bits for RS256 or P-256 for ES256, or else with a secret as in <see cref="Key"/>. Read
    /// anew when it changes. Default none.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// Where the issuer publishes its keys, a JSON Web Key Set (RFC 7517 §5): <c>https://</c>, or <c>http://</c> on loopback. Default none.
    /// </summary>
    public string? JwksUrl { get; init; }

    /// <summary>What a token's <c>iss</c> must be. Default null: anything.</summary>
    public string? Issuer { get; init; }

    /// <summary>What must be among a token's <c>aud</c>. Default null: anything.</summary>
    public string? Audience { get; init; }

    /// <summary>The cookie that a token may come in. Default null: none.</summary>
    public string? Cookie { get; init; }

    /// <summary>How far the issuer's clock may be off, when a token begins and when it expires. 0 to 5 minutes, default 30 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether everybody is let in without a key from elsewhere than loopback, or through a proxy, too. Default false.</summary>
    public bool Anonymous { get; init; }

    internal bool HasKeys => Key is not null || KeyFile is not null || JwksUrl is not null;

    /// <exception cref="ArgumentException">The settings contradict each other, or a value is not of its kind.</exception>
    internal void Validate()
    {
        if (new[] { Key, KeyFile, JwksUrl }.Count(static source => source is not null) > 1)
        {
            throw new ArgumentException(
                "Choose one source of keys: Switchboard:Auth:Key, a file (--auth-key-file), or the URL of a key set (--jwks-url).");
        }

        if (HasKeys && Anonymous)
        {
            throw new ArgumentException("Choose one: a key for tokens (--auth-key-file, --jwks-url), or everybody without one (--anonymous).");
        }

        if (!HasKeys && (Issuer ?? Audience ?? Cookie) is not null)
        {
            throw new ArgumentException(
                "Switchboard:Auth says what tokens are like, and needs a key to check them: --auth-key-file FILE, --jwks-url URL, or Switchboard:Auth:Key.");
        }

        if (JwksUrl is not null && !PublishedKeys.IsUsable(JwksUrl))
        {
            throw new ArgumentException(
                $"The URL of a key set (--jwks-url) begins with https://, or is http:// on loopback, and names no user, unlike '{JwksUrl}'.");
        }

        if (Cookie is not null && !IsToken(Cookie))
        {
            throw new ArgumentException($"'{Cookie}' cannot be a cookie's name: use letters, digits, - and _.");
        }

        if (ClockSkew < TimeSpan.Zero || ClockSkew > MaxClockSkew)
        {
            throw new ArgumentException($"Switchboard:Auth:ClockSkew must be from 00:00:00 to {MaxClockSkew:c}, not {ClockSkew:c}.");
        }
    }

    /// <summary>Whoever can reach a server without keys reads and writes every room: beyond this machine only if that is said out loud.</summary>
    /// <param name="urls">Where it listens, separated by semicolons.</param>
    /// <param name="isBehindProxy">Whether it is reached through proxies, which bring others to it wherever it listens.</param>
    /// <exception cref="ArgumentException">It can be reached from beyond this machine, and nothing says who may come.</exception>
    /// <exception cref="FormatException">One of them is not a URL to listen on.</exception>
    internal void ThrowIfOpenTo(string urls, bool isBehindProxy)
    {
        const string Choice = "Say who may: --auth-key-file FILE or --jwks-url URL check tokens, --anonymous lets everybody in";
        if (HasKeys || Anonymous)
        {
            return;
        }

        if (!HostNames.AreOfThisMachine(urls))
        {
            throw new ArgumentException($"Whoever reaches {urls} could read and write every room. {Choice}; or listen on 127.0.0.1 only.");
        }

        if (isBehindProxy)
        {
            throw new ArgumentException($"Whoever reaches the proxies of --trusted-proxies could read and write every room. {Choice}.");
        }
    }

    // RFC 6265 §4.1.1: cookie-name = token (RFC 9110 §5.6.2).
    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(static character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal));
}
