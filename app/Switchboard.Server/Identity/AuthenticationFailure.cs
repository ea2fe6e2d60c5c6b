namespace Switchboard.Server.Identity;

/// <summary>Why somebody is not let in, in the words of HTTP, of WebSockets and of the JSON format.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="CloseCode">What an open connection is closed with.</param>
/// <param name="Code">The JSON format's error code.</param>
/// <param name="Problem">A sentence for the client, and for the log: it repeats nothing of the token.</param>
/// <param name="Challenge">The header WWW-Authenticate that goes with the status (RFC 6750 §3); null for none.</param>
internal sealed record AuthenticationFailure(int Status, CloseCode CloseCode, string Code, string Problem, string? Challenge)
{
    private const CloseCode Unauthenticated = (CloseCode)4401;

    /// <summary>Nobody has said who they are.</summary>
    internal static AuthenticationFailure NoToken { get; } = new(
        StatusCodes.Status401Unauthorized,
        Unauthenticated,
        "unauthenticated",
        "This needs a token: in the header Authorization: Bearer, or as a subprotocol bearer.TOKEN.",
        "Bearer");

    /// <summary>The keys cannot be had at the moment: neither yes nor no.</summary>
    internal static AuthenticationFailure Unavailable { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        CloseCode.TryAgainLater,
        "unavailable",
        "The keys that tokens are checked with cannot be had at the moment. Try again later.",
        null);

    /// <summary>The token is no good.</summary>
    internal static AuthenticationFailure BadToken(string problem) => Of(StatusCodes.Status401Unauthorized, "invalid_token", problem);

    /// <summary>Who they say they are cannot be told from the request.</summary>
    internal static AuthenticationFailure BadRequest(string problem) => Of(StatusCodes.Status400BadRequest, "invalid_request", problem);

    // RFC 6750 §3: a description has neither quotation marks nor backslashes; nor have our sentences.
    private static AuthenticationFailure Of(int status, string error, string problem) =>
        new(status, Unauthenticated, "unauthenticated", problem, $"Bearer error=\"{error}\", error_description=\"{problem}\"");
}
