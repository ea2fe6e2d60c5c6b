using System.Net;

namespace Switchboard.Transports.Streams;

/// <summary>Makes a transport of any duplex <see cref="Stream"/>, such as one that ASP.NET Core has upgraded.</summary>
public static class StreamTransports
{
    /// <summary>Wraps a stream, which from now on belongs to the transport.</summary>
    /// <param name="stream">Readable and writable at the same time. An empty read waits for data, where it supports that.</param>
    /// <param name="localEndPoint">Our address, if known.</param>
    /// <param name="remoteEndPoint">The peer's address, if known.</param>
    public static ITransport Create(Stream stream, EndPoint? localEndPoint = null, EndPoint? remoteEndPoint = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamTransport(stream, localEndPoint, remoteEndPoint);
    }
}
