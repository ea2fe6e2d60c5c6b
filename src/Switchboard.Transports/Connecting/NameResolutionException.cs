using System.Net.Sockets;

namespace Switchboard.Transports;

/// <summary>
/// A server's name has no address: nobody was asked to connect. The inner exception is what the system said, where it said something:
/// a <see cref="SocketException"/> with <see cref="SocketError.HostNotFound"/>, <see cref="SocketError.NoData"/>, or, when it may be known later,
/// <see cref="SocketError.TryAgain"/>.
/// </summary>
public sealed class NameResolutionException : IOException
{
    /// <inheritdoc cref="IOException()"/>
    public NameResolutionException()
    {
    }

    /// <inheritdoc cref="IOException(string)"/>
    public NameResolutionException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="IOException(string, Exception)"/>
    public NameResolutionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
