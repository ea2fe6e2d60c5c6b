using Switchboard;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;

namespace Conformance.Driving;

/// <summary>What the suite asks of the product: the only place that knows its options.</summary>
internal static class Product
{
    /// <summary>More than the largest message of any case, and little enough that a case can go over it.</summary>
    internal const int MaxMessageBytes = (16 * 1024 * 1024) + 1024;

    /// <summary>Whether the compression cases are part of the product's baseline.</summary>
    internal static bool Compresses => true;

    private const int MaxFragments = 1024 * 1024;
    private const long MaxBacklogBytes = 256 * 1024 * 1024;

    internal static PeerTraits Traits { get; } = new(IsOurs: true, MaxMessageBytes);

    internal static WebSocketServerOptions ServerOptions(Setting setting) => new()
    {
        Host = "127.0.0.1",
        MaxMessageBytes = MaxMessageBytes,
        MaxFragments = MaxFragments,
        MaxBacklogBytes = MaxBacklogBytes,
        Compression = CompressionOf(setting),
        Subprotocols = setting == Setting.Plain ? ["chat", "superchat"] : [],
    };

    internal static WebSocketClientOptions ClientOptions(Setting setting, string[] subprotocols) => new()
    {
        MaxMessageBytes = MaxMessageBytes,
        MaxFragments = MaxFragments,
        MaxBacklogBytes = MaxBacklogBytes,
        Compression = setting == Setting.Plain ? null : CompressionOf(setting),
        Protocols = subprotocols,
    };

    // Every message is compressed, however small.
    private static CompressionOptions? CompressionOf(Setting setting) => setting switch
    {
        Setting.Plain => null,
        Setting.Shared => new CompressionOptions { ThresholdBytes = 0, Windows = CompressionWindows.Shared },
        Setting.Narrow => new CompressionOptions
        {
            ThresholdBytes = 0,
            Windows = CompressionWindows.Dedicated,
            MaxWindowBits = 10,
            MaxPeerWindowBits = 10,
        },
        _ => new CompressionOptions { ThresholdBytes = 0, Windows = CompressionWindows.Dedicated },
    };
}
