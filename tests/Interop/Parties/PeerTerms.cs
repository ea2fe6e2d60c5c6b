namespace Switchboard.Interop.Parties;

/// <summary>What a peer is started with. See Peers/README.md.</summary>
internal sealed record PeerTerms(string Role, string Url, IReadOnlyList<string> Protocols, PeerCompression Compression, bool KeepAlive);

/// <summary>What a peer wants to be compressed.</summary>
public enum PeerCompression
{
    Off,

    /// <summary>What it does when it is asked for compression, and for nothing particular.</summary>
    Usual,

    /// <summary>Windows of 10 bits, and no context takeover.</summary>
    Narrow,
}
