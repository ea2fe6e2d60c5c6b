using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 3: reserved bits that nobody has agreed upon fail the connection.</summary>
internal static class ReservedBits
{
    private static readonly Frame Hello = Frame.Text("hello");

    private static readonly (string Name, Frame Frame)[] Frames =
    [
        ("a text frame", Hello),
        ("an empty text frame", Frame.Text("")),
        ("a binary frame", Frame.Binary([1, 2, 3])),
        ("a binary frame of 1000 bytes", Frame.Binary(Payload.Bytes(1000))),
        ("a message's first fragment", Hello.Unfinished()),
        ("a ping", Frame.Ping([1, 2, 3])),
        ("an empty ping", Frame.Ping([])),
        ("a pong", Frame.Pong([1, 2, 3])),
        ("a close frame", Frame.Close(1000)),
    ];

    private static readonly (int Bit, string Name)[] Names = [(4, "RSV1"), (2, "RSV2"), (1, "RSV3")];

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.2");
        foreach (var (name, frame) in Frames)
        {
            ForEachCombination((bits, text) => list.Add($"{text} on {name} fails.", new Script().Send(frame with { Reserved = bits }).Fails(1002)));
        }

        list.Section(2, "§5.2");
        ForEachCombination((bits, text) => list.Add(
            $"{text} on a continuation fails.",
            new Script().Send(Hello.Unfinished(), Frame.Continuation([1]) with { Reserved = bits }).Fails(1002)));

        list.Section(3, "§5.2");
        ForEachCombination((bits, text) => list.Add(
            $"{text} behind a good message fails, and the good one has come back.",
            new Script().Send(Hello, Hello with { Reserved = bits }).Hear(Hello).Fails(1002)));

        list.Section(4, "§5.2");
        ForEachCombination((bits, text) => list.Add(
            $"{text} between good messages fails, and the second is not looked at.",
            new Script().Send(Hello, Hello with { Reserved = bits }, Hello).Hear(Hello).Fails(1002)));

        list.Section(5, "§5.2");
        ForEachCombination((bits, text) => list.Add(
            $"{text} between pings fails, and the second is not answered.",
            new Script().Send(Frame.Ping([1]), Hello with { Reserved = bits }, Frame.Ping([2])).HearPong([1]).Fails(1002)));

        list.Section(6, "§5.2");
        ForEachCombination((bits, text) => list.Add(
            $"{text} on a frame that comes byte by byte fails.", new Script().SendChopped(1, Hello with { Reserved = bits }).Fails(1002)));

        list.Section(7, "§5.2");
        ForEachCombination((bits, text) => list.Add(
            $"{text} fails by the header, before the payload.",
            new Script().SendAllBut(1000, Frame.Binary(Payload.Bytes(1000)) with { Reserved = bits }).Fails(1002)));
    }

    private static void ForEachCombination(Action<int, string> action)
    {
        for (var bits = 1; bits <= 7; bits++)
        {
            action(bits, string.Join(" and ", Names.Where(name => (bits & name.Bit) != 0).Select(name => name.Name)));
        }
    }
}
