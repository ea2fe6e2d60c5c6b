namespace Switchboard.Connections;

/// <summary>How a connection ended.</summary>
/// <param name="Code">What the peer's close frame said, or what we found wrong, or 1005 or 1006 (RFC 6455 §7.1.5).</param>
/// <param name="Reason">Likewise.</param>
/// <param name="Failure">Why it failed. Null if a close frame came, and none of the rules was broken (WHATWG, <c>wasClean</c>).</param>
internal sealed record CloseOutcome(CloseCode Code, string Reason, WebSocketFailure? Failure)
{
    /// <summary>It has not ended yet, but will.</summary>
    internal static readonly CloseOutcome Closing = Clean(CloseCode.NoStatusReceived, "It is closing.");

    internal bool WasClean => Failure is null;

    internal static CloseOutcome Clean(CloseCode code, string reason) => new(code, reason, Failure: null);

    /// <summary>A rule was broken, or a limit reached: the peer is told by a close frame.</summary>
    internal static CloseOutcome Failed(FailureKind kind, CloseCode code, string reason, Exception? cause = null) =>
        new(code, reason, new WebSocketFailure(kind, reason, cause) { Code = code });

    /// <summary>The connection is no more.</summary>
    internal static CloseOutcome Abnormal(FailureKind kind, string reason, Exception? cause = null) =>
        Abnormal(new WebSocketFailure(kind, reason, cause));

    internal static CloseOutcome Abnormal(WebSocketFailure failure) => new(CloseCode.AbnormalClosure, failure.Message, failure);
}
