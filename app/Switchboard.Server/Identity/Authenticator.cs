using Switchboard.Rooms;
using Switchboard.Server.Configuration;
using Switchboard.Server.Identity.Keys;
using Switchboard.Server.Identity.Tokens;

namespace Switchboard.Server.Identity;

/// <summary>
/// Says who sends a request, or holds a connection: what a JSON Web Token says, or without keys configured whoever they like. Safe from any thread.
/// </summary>
/// <param name="settings">What tokens are like.</param>
/// <param name="keys">What they are checked with; null if everybody is who they say they are.</param>
/// <param name="clock">By which they expire.</param>
/// <param name="log">Hears of refusals, and never of a token.</param>
internal sealed class Authenticator(AuthSettings settings, IKeySource? keys, TimeProvider clock, ILogger<Authenticator> log)
{
    private readonly TokenValidator? _tokens = keys is null ? null : new TokenValidator(settings, keys, clock);

    /// <summary>Says who sends a request, that of a WebSocket's opening handshake included.</summary>
    /// <param name="request">The request. Its token may be in the header Authorization, in the cookie, or among the subprotocols.</param>
    /// <param name="cancellationToken">Ends the waiting for keys.</param>
    internal async ValueTask<AuthenticationResult> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (_tokens is null)
        {
            return AuthenticationResult.Anonymous;
        }

        if (!TokenFinder.TryFind(request, settings.Cookie, out var token, out var problem))
        {
            return Told(Refusal.BadRequest(problem));
        }

        return Told(token is null ? Refusal.NoToken : await _tokens.ValidateAsync(token, cancellationToken));
    }

    /// <summary>Takes the later token of somebody whose connection is open: it may bring other rooms and a later end, but nobody else.</summary>
    /// <param name="current">Who holds the connection.</param>
    /// <param name="token">The token that it has sent.</param>
    /// <param name="cancellationToken">Ends the waiting for keys.</param>
    internal async ValueTask<AuthenticationResult> RenewAsync(RoomIdentity current, string token, CancellationToken cancellationToken)
    {
        if (_tokens is null)
        {
            return Told(Refusal.BadRequest("No keys are configured here: everybody is who they say they are, and no token is looked at."));
        }

        var result = await _tokens.ValidateAsync(token, cancellationToken);
        return Told(result.Refusal is null && result.ToIdentity(current.Name).Publisher != current.Publisher
            ? Refusal.BadToken("The token is of somebody else than the connection: open another one.")
            : result);
    }

    private AuthenticationResult Told(AuthenticationResult result)
    {
        if (result.Refusal is { } refusal)
        {
            log.Refused(refusal.Status, refusal.Problem);
        }

        return result;
    }
}
