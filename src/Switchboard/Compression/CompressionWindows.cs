namespace Switchboard;

/// <summary>What a compressed message may refer to (RFC 7692 §7.1.1).</summary>
public enum CompressionWindows
{
    /// <summary>
    /// Only itself. All connections share a few compressors, and one that is idle holds nothing. What is broadcast is compressed once for all.
    /// </summary>
    Shared,

    /// <summary>
    /// Also what the connection sent before, where the peer agrees: many small messages that resemble each other become much smaller, at about
    /// 250 KiB for each connection (<see cref="MemoryBudget.MaxWindowBytes"/> bounds them all). A broadcast is compressed once all the same; what
    /// follows it on a connection begins anew.
    /// </summary>
    Dedicated,
}
