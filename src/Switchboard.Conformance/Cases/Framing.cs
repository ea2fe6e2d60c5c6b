using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 1: messages of every length around the edges of the length forms, in one piece and in many.</summary>
internal static class Framing
{
    private static readonly int[] Lengths =
        [0, 1, 2, 64, 124, 125, 126, 127, 128, 129, 254, 255, 256, 1000, 32767, 32768, 65534, 65535, 65536, 65537, 131072, 1048576];

    private static readonly int[] ChoppedLengths = [0, 1, 5, 125, 126, 127, 128, 1000];

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.6");
        AddLengths(list, Opcode.Text);
        list.Section(2, "§5.6");
        AddLengths(list, Opcode.Binary);
        list.Section(3, "§5.2");
        AddChopped(list, Opcode.Text);
        list.Section(4, "§5.2");
        AddChopped(list, Opcode.Binary);
        list.Section(5, "§5.2");
        AddSeveral(list);
        list.Section(6, "§5.2");
        AddSplitHeaders(list);
    }

    private static void AddLengths(CaseList list, int opcode)
    {
        foreach (var length in Lengths)
        {
            list.Add(
                $"A {Opcode.Name(opcode)} message of {length} bytes comes back.",
                new Script().Echo(Payload.Message(opcode, length)).Close());
        }
    }

    private static void AddChopped(CaseList list, int opcode)
    {
        foreach (var chop in (int[])[1, 2, 7, 997])
        {
            // A system call for each byte is slow: the long forms come in larger pieces.
            int[] longLengths = chop < 7 ? [4096] : [65535, 65536, 131072];
            foreach (var length in ChoppedLengths.Concat(longLengths))
            {
                var message = Payload.Message(opcode, length);
                list.Add(
                    $"A {Opcode.Name(opcode)} message of {length} bytes that comes in pieces of {chop} comes back.",
                    new Script().SendChopped(chop, message).Hear(message).Close());
            }
        }
    }

    private static void AddSeveral(CaseList list)
    {
        foreach (var count in (int[])[2, 10, 100])
        {
            foreach (var length in (int[])[0, 1, 125, 126, 1000])
            {
                var messages = Enumerable.Range(0, count).Select(i => Payload.Message(i % 2 == 0 ? Opcode.Text : Opcode.Binary, length)).ToList();
                var script = messages.Aggregate(new Script().Send(messages), (before, message) => before.Hear(message));
                list.Add($"{count} messages of {length} bytes in one segment come back in order.", script.Close());
            }
        }

        List<Frame> mixed = [.. Lengths.Take(16).Select((length, i) => Payload.Message(i % 2 == 0 ? Opcode.Text : Opcode.Binary, length))];
        foreach (var chop in (int[])[7, 64, 997, 4096])
        {
            var script = mixed.Aggregate(new Script().SendChopped(chop, mixed), (before, message) => before.Hear(message));
            list.Add($"16 messages of many lengths in pieces of {chop} bytes come back in order.", script.Close());
        }
    }

    // RFC 6455 §5.2: a header has 2 bytes, and 2 or 8 more for the length, and 4 more for the key.
    private static void AddSplitHeaders(CaseList list)
    {
        foreach (var (length, headerSize) in ((int, int)[])[(5, 2), (126, 4), (65536, 10)])
        {
            var message = Payload.Message(Opcode.Binary, length);
            for (var at = 1; at <= headerSize + (list.Tested == Role.Server ? 4 : 0); at++)
            {
                var split = at;
                list.Add(
                    $"A message of {length} bytes whose header is cut after byte {split} comes back.",
                    new Script().Then(peer => peer.SendSplitAsync(split, message)).Hear(message).Close());
            }
        }
    }
}
