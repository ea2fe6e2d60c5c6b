namespace Switchboard;

/// <summary>A close code is the protocol's own, and not for applications to give. Named for the DOM's <c>InvalidAccessError</c>, which a browser throws in its place.</summary>
public sealed class InvalidAccessErrorException : ArgumentException
{
    /// <inheritdoc cref="ArgumentException()"/>
    public InvalidAccessErrorException()
    {
    }

    /// <inheritdoc cref="ArgumentException(string)"/>
    public InvalidAccessErrorException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="ArgumentException(string, Exception)"/>
    public InvalidAccessErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc cref="ArgumentException(string, string)"/>
    public InvalidAccessErrorException(string message, string paramName)
        : base(message, paramName)
    {
    }
}
