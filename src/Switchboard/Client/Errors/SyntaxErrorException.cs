namespace Switchboard;

/// <summary>A URL, a subprotocol or a reason cannot be what it is given as. Named for the DOM's <c>SyntaxError</c>, which a browser throws in its place.</summary>
public sealed class SyntaxErrorException : ArgumentException
{
    /// <inheritdoc cref="ArgumentException()"/>
    public SyntaxErrorException()
    {
    }

    /// <inheritdoc cref="ArgumentException(string)"/>
    public SyntaxErrorException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="ArgumentException(string, Exception)"/>
    public SyntaxErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc cref="ArgumentException(string, string)"/>
    public SyntaxErrorException(string message, string paramName)
        : base(message, paramName)
    {
    }
}
