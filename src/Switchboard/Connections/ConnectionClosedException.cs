using System.Diagnostics.CodeAnalysis;
using Switchboard.Connections;

namespace Switchboard;

/// <summary>The connection is closing or has ended, so what was begun cannot be brought to its end: a stream's rest, or a pong.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It is thrown here, and by nobody else.")]
public sealed class ConnectionClosedException : IOException
{
    internal ConnectionClosedException(CloseOutcome outcome)
        : base(
            outcome.Failure?.Message ?? $"The connection has ended with {(int)outcome.Code}{(outcome.Reason.Length == 0 ? "." : $": {outcome.Reason}")}",
            outcome.Failure?.Exception)
    {
        Failure = outcome.Failure;
        CloseCode = outcome.Code;
        CloseReason = outcome.Reason;
    }

    /// <summary>Why the connection failed; null if it was closed.</summary>
    public WebSocketFailure? Failure { get; }

    /// <summary>The code that the connection has ended with; 1005 if it is still closing.</summary>
    public CloseCode CloseCode { get; }

    /// <summary>The reason that the connection has ended with, or "".</summary>
    public string CloseReason { get; }
}
