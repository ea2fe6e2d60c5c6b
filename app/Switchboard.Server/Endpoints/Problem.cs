using Switchboard.Rooms;
using Switchboard.Server.Identity;

namespace Switchboard.Server.Endpoints;

/// <summary>Says no over HTTP: problem details (RFC 9457) whose <c>code</c> is a word of docs/rooms-protocol.md.</summary>
internal sealed class Problem : IResult
{
    private readonly Refusal _refusal;
    private readonly string? _challenge;

    private Problem(int status, Refusal refusal, string? challenge = null) => (Status, _refusal, _challenge) = (status, refusal, challenge);

    /// <summary>The store cannot be read.</summary>
    internal static Problem Unreadable { get; } =
        Of(new Refusal("unavailable", "The store cannot be read at the moment. Try again in a moment.", TimeSpan.FromSeconds(1)));

    internal int Status { get; }

    internal string Sentence => _refusal.Message;

    internal static Problem Of(Refusal refusal) => new(StatusOf(refusal.Code), refusal);

    internal static Problem Of(AuthenticationFailure failure) => new(
        failure.Status,
        new Refusal(failure.Code, failure.Problem, failure.Status == StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(1) : null),
        failure.Challenge);

    internal static Problem Malformed(string sentence) => Of(new Refusal("malformed", sentence));

    internal static Problem BadRoom(string sentence) => Of(new Refusal("bad-room", sentence));

    internal static Problem Forbidden(string sentence) => Of(new Refusal("forbidden", sentence));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        SetHeaders(httpContext.Response.Headers);
        var more = new Dictionary<string, object?> { ["code"] = _refusal.Code };
        if (_refusal.RetryAfter is { } wait)
        {
            more["retryAfter"] = Math.Round(wait.TotalSeconds, 3);
        }

        return Results.Problem(_refusal.Message, statusCode: Status, extensions: more).ExecuteAsync(httpContext);
    }

    /// <summary>Refuses the opening handshake of a WebSocket likewise.</summary>
    internal HandshakeDecision Refuse(HttpContext context)
    {
        SetHeaders(context.Response.Headers);
        context.Features.Set(this);
        return HandshakeDecision.Refuse(Status, _refusal.Message);
    }

    /// <summary>Adds the code to the details of a handshake that was refused, and of a body that breaks the rules of HTTP.</summary>
    internal static void Complete(ProblemDetailsContext details)
    {
        if (details.HttpContext.Features.Get<Problem>() is { } problem)
        {
            details.ProblemDetails.Extensions["code"] = problem._refusal.Code;
        }
        else if (details.Exception is BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest })
        {
            details.ProblemDetails.Extensions["code"] = "malformed";
        }
    }

    private static int StatusOf(string code) => code switch
    {
        "malformed" or "bad-room" => StatusCodes.Status400BadRequest,
        "unauthenticated" => StatusCodes.Status401Unauthorized,
        "forbidden" or "refused" => StatusCodes.Status403Forbidden,
        "room-full" => StatusCodes.Status409Conflict,
        "too-big" => StatusCodes.Status413PayloadTooLarge,
        "rate-limited" => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    private void SetHeaders(IHeaderDictionary headers)
    {
        if (_refusal.RetryAfter is { } wait)
        {
            // RFC 9110 §10.2.3: whole seconds.
            headers.RetryAfter = FormattableString.Invariant($"{Math.Max(1, Math.Ceiling(wait.TotalSeconds))}");
        }

        if (_challenge is not null)
        {
            headers.WWWAuthenticate = _challenge;
        }
    }
}
