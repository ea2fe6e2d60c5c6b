namespace Switchboard;

/// <summary>
/// What one address may do at most. An address is an IPv4 address, or the /64 of an IPv6 address, which is one customer's. Behind a proxy every
/// client has the proxy's address, unless the proxy is named: in <see cref="WebSocketServerOptions.Proxies"/>, or to ASP.NET Core (UseForwardedHeaders).
/// Otherwise have the proxy limit them, and set <see cref="ServerWebSocketOptions.PerAddress"/> to null.
/// </summary>
public sealed record AddressLimits
{
    /// <summary>10,000 connections and 1,000 handshakes a second: more than an office has, and less than brings a server down.</summary>
    public static AddressLimits Default { get; } = new();

    /// <summary>How many connections may be open, those that are shaking hands included. One more gets 503. Default 10,000; zero for no limit.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How many opening handshakes may begin in a second, a second's worth of them at once. One more gets 429. Default 1,000; zero for no limit.</summary>
    public int MaxHandshakesPerSecond { get; init; } = 1000;

    /// <summary>Whether loopback addresses are limited too. Default false: who connects from the same machine is a proxy, or a test.</summary>
    public bool AppliesToLoopback { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxConnections);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxHandshakesPerSecond);
    }
}
