using Switchboard.Protocol.Extensions.PermessageDeflate;

namespace Switchboard;

/// <summary>
/// Compression of messages (permessage-deflate, RFC 7692), where the peer knows it: every browser does. Set the option that holds this to
/// null to do without.
/// </summary>
public sealed record CompressionOptions
{
    /// <summary>1 KiB and more are compressed, fast, and idle connections hold no memory for it.</summary>
    public static CompressionOptions Default { get; } = new();

    /// <summary>From how many payload bytes on a message is compressed. Default 1,024: a smaller one gains little. Zero compresses all.</summary>
    public int ThresholdBytes { get; init; } = 1024;

    /// <summary>1 is fastest, 9 smallest. Default 1: 4 KiB of JSON become 22% of that; 2 makes it 16%, for twice the time, and 6 15%, for three times.</summary>
    public int Level { get; init; } = 1;

    /// <summary>Whether messages may refer to earlier ones. Default <see cref="CompressionWindows.Shared"/>: they do not, and idle connections hold nothing.</summary>
    public CompressionWindows Windows { get; init; } = CompressionWindows.Shared;

    /// <summary>How far back what we send may refer: 2 to this many bytes, 9 to 15. A peer may ask for less. Default 15, which is 32 KiB.</summary>
    public int MaxWindowBits { get; init; } = DeflateParameters.MostWindowBits;

    /// <summary>The same for what the peer sends: 9 to 15. A client is only told if it says that it understands. Default 15.</summary>
    public int MaxPeerWindowBits { get; init; } = DeflateParameters.MostWindowBits;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ThresholdBytes);
        ThrowUnlessWithin(Level, 1, 9, nameof(Level));
        ThrowUnlessWithin(MaxWindowBits, DeflateParameters.LeastWindowBits, DeflateParameters.MostWindowBits, nameof(MaxWindowBits));
        ThrowUnlessWithin(MaxPeerWindowBits, DeflateParameters.LeastWindowBits, DeflateParameters.MostWindowBits, nameof(MaxPeerWindowBits));
        if (!Enum.IsDefined(Windows))
        {
            throw new ArgumentOutOfRangeException(nameof(Windows), Windows, "Windows are shared or dedicated.");
        }
    }

    internal DeflateSettings ToSettings(MemoryBudget budget) =>
        new(Level, ThresholdBytes, Windows == CompressionWindows.Dedicated, MaxWindowBits, MaxPeerWindowBits, budget.Windows);

    private static void ThrowUnlessWithin(int value, int least, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
