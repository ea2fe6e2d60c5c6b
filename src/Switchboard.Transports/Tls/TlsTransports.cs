using System.Net.Security;

namespace Switchboard.Transports.Tls;

/// <summary>Puts TLS over any transport that is connected and not started.</summary>
/// <remarks>
/// A handshake that fails is told by <see cref="ITransportReceiver.OnClosed"/>, with a <see cref="TlsException"/>. What is written before it is done waits for it.
/// </remarks>
public static class TlsTransports
{
    /// <summary>The server's end. A client that does not speak TLS gets an answer in plain text, and the end.</summary>
    /// <param name="inner">Belongs to the transport that is returned.</param>
    /// <param name="choose">
    /// Gets the host that the client asks for (SNI), "" if it names none. What it gives is not to be changed any more, and is best given to many.
    /// Called on the inner transport's own thread: be brief.
    /// </param>
    /// <param name="looksAtClients">
    /// Whether clients are asked for a certificate: required if <see cref="SslServerAuthenticationOptions.ClientCertificateRequired"/>. Their handshakes then
    /// take place on the thread pool, as certificates may be looked up in files and in the network.
    /// </param>
    /// <param name="received">
    /// What has come already, to whoever received from the inner transport before. The transport is then to be started inside of that
    /// <see cref="ITransportReceiver.OnReceived"/>. Default nothing, and the inner transport is not started.
    /// </param>
    public static ITransport Accept(
        ITransport inner, Func<string, SslServerAuthenticationOptions> choose, bool looksAtClients = false, ReadOnlySpan<byte> received = default)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(choose);
        return new TlsTransport(inner, new ServerEnd(choose, looksAtClients), received);
    }

    /// <summary>The client's end. The handshake takes place on the thread pool.</summary>
    /// <param name="inner">Belongs to the transport that is returned.</param>
    /// <param name="options">
    /// Its own, one for each connection. Its validation callback, if there is one, has the last word; the cause is what it throws as a <see cref="TlsException"/>.
    /// </param>
    /// <param name="pinnedKeys">
    /// SHA-256 hashes of public keys (SPKI), in Base64: the server's must be one of them, and then needs no authority that is trusted. Default null: any.
    /// </param>
    public static ITransport Connect(ITransport inner, SslClientAuthenticationOptions options, IReadOnlyCollection<string>? pinnedKeys = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(options);
        return new TlsTransport(inner, new ClientEnd(options, pinnedKeys ?? []), received: []);
    }
}
