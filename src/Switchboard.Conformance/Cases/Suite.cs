using Switchboard.Conformance.Conversations;

namespace Switchboard.Conformance.Cases;

/// <summary>All cases, by role.</summary>
internal static class Suite
{
    /// <summary>The groups, by number.</summary>
    internal static IReadOnlyDictionary<int, string> Groups { get; } = new Dictionary<int, string>
    {
        [1] = "framing",
        [2] = "pings and pongs",
        [3] = "reserved bits",
        [4] = "opcodes, masks, lengths",
        [5] = "fragmentation",
        [6] = "UTF-8",
        [7] = "closing",
        [9] = "limits",
        [10] = "opening handshake",
        [12] = "compression: agreement",
        [13] = "compression: messages",
    };

    internal static IReadOnlyList<Case> For(Role tested)
    {
        Action<CaseList> handshakes = tested == Role.Server ? ServerHandshakes.AddTo : ClientHandshakes.AddTo;
        Action<CaseList> agreements = tested == Role.Server ? ServerAgreements.AddTo : ClientAgreements.AddTo;
        return
        [
            .. Collect(tested, 1, Framing.AddTo),
            .. Collect(tested, 2, Pings.AddTo),
            .. Collect(tested, 3, ReservedBits.AddTo),
            .. Collect(tested, 4, Opcodes.AddTo),
            .. Collect(tested, 5, Fragmentation.AddTo),
            .. Collect(tested, 6, Utf8Texts.AddTo),
            .. Collect(tested, 7, Closing.AddTo),
            .. Collect(tested, 9, Limits.AddTo),
            .. Collect(tested, 10, handshakes),
            .. Collect(tested, 12, agreements),
            .. Collect(tested, 13, CompressedMessages.AddTo),
        ];
    }

    /// <summary>Whether a case is about compression, which a peer need not have.</summary>
    internal static bool IsAboutCompression(Case @case) => @case.Group is 12 or 13;

    private static IReadOnlyList<Case> Collect(Role tested, int group, Action<CaseList> add)
    {
        var list = new CaseList(tested, group);
        add(list);
        return list.Cases;
    }
}
