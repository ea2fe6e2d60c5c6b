namespace Switchboard;

/// <summary>The connection is not open yet. Named for the DOM's <c>InvalidStateError</c>.</summary>
public sealed class InvalidStateErrorException : InvalidOperationException
{
    /// <inheritdoc cref="InvalidStateErrorException"/>
    public InvalidStateErrorException()
    {
    }

    /// <inheritdoc cref="InvalidStateErrorException"/>
    /// <param name="message">What is wrong, and what to do instead.</param>
    public InvalidStateErrorException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="InvalidStateErrorException"/>
    /// <param name="message">What is wrong, and what to do instead.</param>
    /// <param name="innerException">What found it.</param>
    public InvalidStateErrorException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
