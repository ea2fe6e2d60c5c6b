namespace Switchboard.Connections;

/// <summary>How a connection ended.</summary>
/// <param name="Code">What the peer's close frame said, or what we found wrong, or 1005 or 1006 (RFC 6455 §7.1.5).</param>
/// <param name="Reason">Likewise.</param>
/// <param name="WasClean">Whether a close frame came, and none of the rules was broken (WHATWG, <c>wasClean</c>).</param>
/// <param name="Cause">What broke the connection, if something did.</param>
internal sealed record CloseOutcome(CloseCode Code, string Reason, bool WasClean, Exception? Cause = null)
{
    /// <summary>It has not ended yet, but will.</summary>
    internal static readonly CloseOutcome Closing = new(CloseCode.NoStatusReceived, "It is closing.", WasClean: false);

    internal static CloseOutcome Abnormal(string reason, Exception? cause = null) => new(CloseCode.AbnormalClosure, reason, false, cause);
}
