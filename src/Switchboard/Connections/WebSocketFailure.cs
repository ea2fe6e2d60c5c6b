using System.Net;

namespace Switchboard;

/// <summary>Why a connection failed: what a browser knows and does not tell.</summary>
public sealed record WebSocketFailure
{
    internal WebSocketFailure(FailureKind kind, string message, Exception? exception = null)
    {
        Kind = kind;
        Message = message;
        Exception = exception;
    }

    /// <summary>What it failed at.</summary>
    public FailureKind Kind { get; }

    /// <summary>A sentence that says what happened and to what. Text of the peer in it has no control characters.</summary>
    public string Message { get; }

    /// <summary>What broke the connection, if that is known as an exception.</summary>
    public Exception? Exception { get; }

    /// <summary>The close code that says which rule was broken, if one was: what the peer was told. Null otherwise.</summary>
    public CloseCode? Code { get; internal init; }

    /// <summary>The status of the server's answer, if it was not 101. Null otherwise.</summary>
    public HttpStatusCode? Status { get; internal init; }

    /// <summary>The headers of the server's answer, if there was one; each name may come several times. Otherwise empty.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; internal init; } = [];

    /// <summary>The sentence.</summary>
    public override string ToString() => Message;
}
