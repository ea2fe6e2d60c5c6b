using Switchboard.Server.Configuration;
using Switchboard.Server.Identity.Keys;

namespace Switchboard.Server.Identity.Tokens;

/// <summary>
/// Checks a token: its form, then its signature, then what it claims. Keys come from the configuration only; what a token's header says of
/// keys (<c>jwk</c>, <c>jku</c>, <c>x5c</c>, <c>x5u</c>) is not looked at.
/// </summary>
internal sealed class TokenValidator(AuthSettings settings, IKeySource keys, TimeProvider clock)
{
    private readonly TokenClaims _claims = new(settings.Issuer, settings.Audience, settings.ClockSkew);

    internal async ValueTask<AuthenticationResult> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        if (!TokenText.TryParse(token, out var text, out var problem))
        {
            return AuthenticationFailure.BadToken(problem);
        }

        if (await keys.FindAsync(text.Algorithm, text.KeyId, cancellationToken) is not { } candidates)
        {
            return AuthenticationFailure.Unavailable;
        }

        if (candidates.Count == 0)
        {
            return AuthenticationFailure.BadToken("The token is not signed with a key and an algorithm that are known here.");
        }

        if (!candidates.Any(key => key.HasSigned(text.Signed, text.Signature)))
        {
            return AuthenticationFailure.BadToken("The token's signature is not right.");
        }

        return _claims.TryRead(text.Claims, clock.GetUtcNow(), out var identity, out problem) ? identity : AuthenticationFailure.BadToken(problem);
    }
}
