namespace Switchboard;

/// <summary>A URL, a subprotocol or a close reason is not what it has to be. Named for the DOM's <c>SyntaxError</c>.</summary>
public sealed class SyntaxErrorException : ArgumentException
{
    /// <inheritdoc cref="SyntaxErrorException"/>
    public SyntaxErrorException()
    {
    }

    /// <inheritdoc cref="SyntaxErrorException"/>
    /// <param name="message">What is wrong, and what to write instead.</param>
    public SyntaxErrorException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="SyntaxErrorException"/>
    /// <param name="message">What is wrong, and what to write instead.</param>
    /// <param name="innerException">What found it.</param>
    public SyntaxErrorException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
