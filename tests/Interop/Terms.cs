using Switchboard.Interop.Parties;

namespace Switchboard.Interop;

/// <summary>What both ends of a conversation are told before it begins.</summary>
internal sealed record Terms
{
    /// <summary>The subprotocols that the client offers, whoever that is.</summary>
    public string[] Offered { get; init; } = [];

    /// <summary>The subprotocols that the server speaks.</summary>
    public string[] Spoken { get; init; } = [];

    public OurCompression OurCompression { get; init; }

    public PeerCompression PeerCompression { get; init; }

    /// <summary>The largest message that we take.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Whether the bytes between the ends are counted.</summary>
    public bool CountsBytes { get; init; }

    /// <summary>Whether a peer that pings by itself, and only so, is to.</summary>
    public bool PeerPings { get; init; }
}
