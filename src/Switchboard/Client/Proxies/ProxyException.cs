using System.Net;

namespace Switchboard;

/// <summary>A proxy did not open the way to the server: it was not reached, refused, or said what no proxy says.</summary>
public sealed class ProxyException : IOException
{
    /// <inheritdoc cref="IOException()"/>
    public ProxyException()
    {
    }

    /// <inheritdoc cref="IOException(string)"/>
    public ProxyException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="IOException(string, Exception)"/>
    public ProxyException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the proxy answered, such as 407 if it wants credentials. Null if it did not answer, or not in HTTP.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The headers of its answer, in the order in which they came. Empty if there was none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
