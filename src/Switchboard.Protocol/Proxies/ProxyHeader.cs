using System.Net;

namespace Switchboard.Protocol.Proxies;

/// <summary>
/// Whose connection a proxy hands on, as the PROXY protocol tells it before the first byte of the connection itself (HAProxy, "The PROXY
/// protocol", versions 1 and 2).
/// </summary>
/// <param name="Source">
/// The client's address. Null if the connection is the proxy's own, such as a check whether we live, or if its client has no IP address: then that
/// of the connection counts.
/// </param>
/// <param name="Destination">The address that the client has called, if there is a <paramref name="Source"/>.</param>
internal readonly record struct ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination);
