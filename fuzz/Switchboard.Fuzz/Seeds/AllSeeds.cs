namespace Switchboard.Fuzz.Seeds;

/// <summary>The corpus but for what was found: made by code, so that it can be read and extended. The same bytes each time.</summary>
internal static class AllSeeds
{
    internal static IReadOnlyList<Seed> All { get; } =
    [
        .. FrameSeeds.All, .. TextSeeds.All, .. CloseSeeds.All, .. HandshakeSeeds.All, .. ExtensionSeeds.All, .. DeflateSeeds.All, .. ConnectionSeeds.All,
        .. ConversationSeeds.All, .. ProxyHeaderSeeds.All, .. ClientFrameSeeds.All,
    ];
}
