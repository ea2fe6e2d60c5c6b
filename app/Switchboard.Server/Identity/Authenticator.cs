using Switchboard.Rooms.WebSockets;
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
            return Told(AuthenticationFailure.BadRequest(problem));
        }

        return Told(token is null ? AuthenticationFailure.NoToken : await _tokens.ValidateAsync(token, cancellationToken));
    }

    /// <summary>Reads a token by itself, as it comes over a connection that is open: what rooms take as the reader of <c>auth</c>.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Ends the waiting for keys.</param>
    internal async ValueTask<TokenReading> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var result = Told(_tokens is null
            ? AuthenticationFailure.BadRequest("No keys are configured here: everybody is who they say they are, and no token is looked at.")
            : await _tokens.ValidateAsync(token, cancellationToken));
        return result.Failure is { } failure ? TokenReading.Refused(failure.Problem) : TokenReading.Of(result.ToIdentity(""));
    }

    private AuthenticationResult Told(AuthenticationResult result)
    {
        if (result.Failure is { } failure)
        {
            log.Refused(failure.Status, failure.Problem);
        }

        return result;
    }
}
