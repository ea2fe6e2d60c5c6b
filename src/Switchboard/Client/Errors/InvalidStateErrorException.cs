namespace Switchboard;

/// <summary>The object is not in a state for this, such as a client that is to send while it connects. Named for the DOM's <c>InvalidStateError</c>, which a browser throws in its place.</summary>
public sealed class InvalidStateErrorException : InvalidOperationException
{
    /// <inheritdoc cref="InvalidOperationException()"/>
    public InvalidStateErrorException()
    {
    }

    /// <inheritdoc cref="InvalidOperationException(string)"/>
    public InvalidStateErrorException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="InvalidOperationException(string, Exception)"/>
    public InvalidStateErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
