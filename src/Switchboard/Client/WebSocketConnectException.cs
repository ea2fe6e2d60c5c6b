using System.Diagnostics.CodeAnalysis;

namespace Switchboard;

/// <summary>A connection could not be made.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without a failure it would say nothing.")]
public sealed class WebSocketConnectException : IOException
{
    internal WebSocketConnectException(WebSocketFailure failure)
        : base(failure.Message, failure.Exception) => Failure = failure;

    /// <summary>Why.</summary>
    public WebSocketFailure Failure { get; }
}
