namespace Switchboard.Fuzz.Seeds;

/// <summary>
/// Scripts for one end that speaks. The first byte chooses what was agreed on, who speaks (8) and how large payloads are (16, 32), the second cuts.
/// Then come steps: what to do (0 binary, 1 text, 2 a first fragment, 3 another, 4 the last, 5 ping, 6 pong, 7 close), how many bytes to say, and
/// bytes to say.
/// </summary>
internal static class ConversationSeeds
{
    private static readonly (string Name, byte[] Script)[] Scripts =
    [
        ("messages", [0, 5, 1, 2, 3, 4, 5, 1, 3, .. "abc"u8, 0, 0, 1, 0]),
        ("fragments", [2, 2, 1, 2, 5, 1, 9, 3, 0, 4, 2, 3, 4, 0, 1, 7]),
        ("out-of-turn", [3, 1, 1, 2, 1, 2, 0, 1, 3, 2, 1, 4, 4, 1, 5, 4, 1, 6]),
        ("pings", [5, 4, .. "ping"u8, 6, 4, .. "pong"u8, 5, 0, 5, 127, .. "0123456789abcde"u8]),
        ("close", [0, 1, 1, 7, 5, 3, 232, .. "bye"u8, 0, 1, 2, 7, 0]),
        ("close-within-a-message", [2, 1, 1, 7, 0, 4, 1, 2]),
        ("large", [0, 255, .. "0123456789abcde"u8, 1, 250, .. "0123456789"u8, 0, 126, .. "0123456789abcd"u8]),
        ("the-same-again", [1, 255, .. "0123456789abcde"u8, 1, 255, .. "0123456789abcde"u8, 1, 255, .. "abcde0123456789"u8]),
        ("not-ascii", [1, 6, 0xE9, 0xFF, 0x41, 0xC3, 0xA9, 0x00]),
    ];

    internal static IEnumerable<Seed> All =>
        from script in Scripts
        from options in new (string Name, byte Choice)[]
        {
            ("client", 0x00), ("server", 0x08), ("client-compressed", 0x21), ("server-compressed-with-context", 0x2A),
            ("server-large", 0x38), ("client-small-window", 0x25),
        }
        select new Seed("conversation", $"{script.Name}-{options.Name}", [options.Choice, 0x3F, .. script.Script]);
}
