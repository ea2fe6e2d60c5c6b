namespace Switchboard;

/// <summary>A close code is none that an application may send. Named for the DOM's <c>InvalidAccessError</c>.</summary>
public sealed class InvalidAccessErrorException : ArgumentException
{
    /// <inheritdoc cref="InvalidAccessErrorException"/>
    public InvalidAccessErrorException()
    {
    }

    /// <inheritdoc cref="InvalidAccessErrorException"/>
    /// <param name="message">What is wrong, and what to write instead.</param>
    public InvalidAccessErrorException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="InvalidAccessErrorException"/>
    /// <param name="message">What is wrong, and what to write instead.</param>
    /// <param name="innerException">What found it.</param>
    public InvalidAccessErrorException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
