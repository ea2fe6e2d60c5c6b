using System.Net;

namespace Switchboard;

/// <summary>Which proxies stand in front of a server, and by what they tell for whom they ask.</summary>
/// <remarks>
/// Addresses of <see cref="Trusted"/> are no clients: <see cref="ServerWebSocketOptions.PerAddress"/> limits those whom they speak for, and not them.
/// </remarks>
public sealed record ProxyOptions
{
    /// <summary>
    /// The networks of the proxies, such as <c>IPNetwork.Parse("10.0.0.0/8")</c>. Nobody else is believed: what a stranger writes of himself is no
    /// address. Default none. Who comes through a Unix domain socket is trusted by that: the file's permissions say who may.
    /// </summary>
    public IReadOnlyCollection<IPNetwork> Trusted { get; init; } = [];

    /// <summary>
    /// Whether each connection begins with a header of the PROXY protocol, version 1 or 2, before TLS and HTTP. Default false. With true, who is not
    /// trusted, or sends none within <see cref="WebSocketServerOptions.HandshakeTimeout"/>, is cut. There is nothing in between: a receiver that
    /// guesses lets clients write the header themselves ("The PROXY protocol", §2).
    /// </summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Which of a request's header fields are believed of trusted proxies. Default none.</summary>
    public ForwardedFields ForwardedFields { get; init; }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Trusted);
        if ((ForwardedFields & ~(ForwardedFields.Forwarded | ForwardedFields.XForwarded)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(ForwardedFields), ForwardedFields, "There are no such fields.");
        }

        if (ForwardedFields.HasFlag(ForwardedFields.Forwarded) && ForwardedFields != ForwardedFields.Forwarded)
        {
            throw new ArgumentException("Forwarded and X-Forwarded-* may tell different things: choose those that the proxies write.", nameof(ForwardedFields));
        }
    }
}
