using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 6: text is UTF-8, and what is not is refused at the byte that makes it so.</summary>
internal static class Utf8Texts
{
    private static readonly byte[] Before = "good "u8.ToArray();
    private static readonly byte[] After = " and more"u8.ToArray();

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.6");
        foreach (var (name, bytes) in Utf8Samples.Valid)
        {
            list.Add($"{name} comes back.", new Script().Echo(Frame.Text(bytes)).Close());
        }

        list.Section(2, "§5.6");
        foreach (var (name, bytes) in Utf8Samples.Valid.Where(sample => sample.Bytes.Length > 1))
        {
            list.Add($"{name}, each byte a fragment, comes back.", new Script().Send(InFragments(bytes)).Hear(Frame.Text(bytes)).Close());
        }

        list.Section(3, "§5.6");
        foreach (var (name, bytes) in Utf8Samples.Edges.Where(sample => sample.Bytes.Length > 1))
        {
            list.Add($"{name} byte by byte comes back.", new Script().SendChopped(1, Frame.Text(bytes)).Hear(Frame.Text(bytes)).Close());
        }

        list.Section(4, "§8.1");
        AddInvalid(list);
        list.Section(5, "§8.1");
        AddCut(list);
        list.Section(6, "§8.1");
        AddFailFast(list);
        list.Section(7, "§5.6");
        foreach (var (name, bytes) in Utf8Samples.Invalid.Take(10))
        {
            list.Add($"In a binary message {name} comes back.", new Script().Echo(Frame.Binary(bytes)).Close());
        }
    }

    private static void AddInvalid(CaseList list)
    {
        foreach (var (name, bytes) in Utf8Samples.Invalid)
        {
            byte[] message = [.. Before, .. bytes, .. After];
            list.Add($"{name} in a text fails.", new Script().Send(Frame.Text(message)).Fails(1007));
            list.Add($"{name} in a text in fragments of a byte fails.", new Script().Send(InFragments(message)).Fails(1007));
        }

        var good = Frame.Text(Before);
        foreach (var (name, bytes) in Utf8Samples.Invalid.Where((_, index) => index % 5 == 0))
        {
            list.Add(
                $"{name} behind a good message fails, and the good one has come back.",
                new Script().Send(good, Frame.Text(bytes)).Hear(good).Fails(1007));
            list.Add($"{name} byte by byte fails.", new Script().SendChopped(1, Frame.Text([.. Before, .. bytes, .. After])).Fails(1007));
        }
    }

    private static void AddCut(CaseList list)
    {
        foreach (var (name, bytes) in Utf8Samples.Cut)
        {
            byte[] message = [.. Before, .. bytes];
            list.Add($"A text that ends with {name} fails.", new Script().Send(Frame.Text(message)).Fails(1007));
            list.Add($"A text in fragments of a byte that ends with {name} fails.", new Script().Send(InFragments(message)).Fails(1007));
            list.Add(
                $"A text whose last fragment is empty and whose first ends with {name} fails.",
                new Script().Send(Frame.Text(message).Unfinished(), Frame.Continuation([])).Fails(1007));
            list.Add(
                $"A ping behind a fragment that ends with {name} is answered, for the rest may come.",
                new Script()
                    .Send(Frame.Text(message).Unfinished(), Frame.Ping([1]))
                    .HearPong([1])
                    .Send(Frame.Continuation(After))
                    .Fails(1007));
        }
    }

    // The rest is never sent: who answers has not waited for it.
    private static void AddFailFast(CaseList list)
    {
        var rest = Payload.Text(100);
        foreach (var (name, bytes) in Utf8Samples.Invalid)
        {
            var known = Utf8Prefix.LengthToFailure(bytes);
            byte[] sent = [.. Before, .. bytes[..known]];
            list.Add(
                $"{name} fails at byte {known}, while the rest of the frame is held back.",
                new Script().SendAllBut(rest.Length, Frame.Text([.. sent, .. rest])).Fails(1007));
            list.Add(
                $"{name} fails at byte {known} of a second fragment, while the rest of it is held back.",
                new Script()
                    .Send(Frame.Text(Before).Unfinished())
                    .SendAllBut(rest.Length, Frame.Continuation([.. bytes[..known], .. rest]))
                    .Fails(1007));
            if (known > 1)
            {
                list.Add(
                    $"{name} fails at byte {known} when a fragment ends before it, while the message's end is held back.",
                    new Script()
                        .Send(Frame.Text([.. Before, .. bytes[..(known - 1)]]).Unfinished())
                        .Send(Frame.Continuation([bytes[known - 1]]).Unfinished())
                        .Fails(1007));
            }
        }
    }

    private static IReadOnlyList<Frame> InFragments(byte[] bytes) => Payload.Fragments(Opcode.Text, [.. bytes.Select(b => (byte[])[b])]);
}
