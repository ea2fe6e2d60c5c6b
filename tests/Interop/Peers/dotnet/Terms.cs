namespace Switchboard.Interop.DotNetPeer;

internal sealed record Terms(string Role, string Url, string[] Protocols, string Compression, bool KeepAlive)
{
    /// <summary>For whoever is to ping: a pong must come in time, or the connection is cut.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);
}
