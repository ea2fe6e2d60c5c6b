using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 5: messages in fragments, and what must not be one.</summary>
internal static class Fragmentation
{
    private static readonly byte[] Bytes = Payload.Bytes(10);

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.5");
        AddControlFragments(list);
        list.Section(2, "§5.4");
        AddPairs(list);
        list.Section(3, "§5.4");
        AddManyFragments(list);
        list.Section(4, "§5.4");
        AddEmptyFragments(list);
        list.Section(5, "§5.4");
        AddSequences(list);
        list.Section(6, "§5.4");
        AddSlowMessages(list);
    }

    private static void AddControlFragments(CaseList list)
    {
        foreach (var (name, frame) in ((string, Frame)[])
            [("A ping", Frame.Ping(Bytes)), ("An empty ping", Frame.Ping([])), ("A pong", Frame.Pong(Bytes)), ("A close frame", Frame.Close(1000))])
        {
            list.Add($"{name} without FIN fails.", new Script().Send(frame.Unfinished()).Fails(1002));
            list.Add($"{name} in two fragments fails.", new Script().Send(frame.Unfinished(), Frame.Continuation(Bytes)).Fails(1002));
            list.Add(
                $"{name} without FIN within a message fails.",
                new Script().Send(Frame.Text("a").Unfinished(), frame.Unfinished()).Fails(1002));
        }
    }

    private static void AddPairs(CaseList list)
    {
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            foreach (var (first, second) in ((int, int)[])
                [(0, 0), (0, 5), (5, 0), (5, 5), (1, 125), (125, 126), (126, 1), (65535, 65536), (65536, 1)])
            {
                var message = Payload.Message(opcode, first + second);
                var fragments = Payload.Fragments(opcode, message.Payload[..first], message.Payload[first..]);
                list.Add(
                    $"A {Opcode.Name(opcode)} message in fragments of {first} and {second} bytes, in one segment, comes back whole.",
                    new Script().Send(fragments).Hear(message).Close());
                list.Add(
                    $"A {Opcode.Name(opcode)} message in fragments of {first} and {second} bytes, in two segments, comes back whole.",
                    new Script().SendEach(fragments).Hear(message).Close());
            }
        }
    }

    private static void AddManyFragments(CaseList list)
    {
        foreach (var (length, size) in ((int, int)[])[(100, 1), (1000, 1), (1000, 100), (5000, 125), (5000, 126), (200000, 65536)])
        {
            foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
            {
                var message = Payload.Message(opcode, length);
                foreach (var chop in (int[])[0, 7, 997])
                {
                    var pieces = chop == 0 ? "in one segment" : $"in pieces of {chop}";
                    list.Add(
                        $"A {Opcode.Name(opcode)} message of {length} bytes in fragments of {size}, {pieces}, comes back whole.",
                        new Script().SendChopped(chop, Payload.Fragments(message, size)).Hear(message).Close());
                }
            }
        }
    }

    private static void AddEmptyFragments(CaseList list)
    {
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            var name = Opcode.Name(opcode);
            foreach (var count in (int[])[3, 10, 1000])
            {
                list.Add(
                    $"A {name} message of {count} empty fragments is an empty message.",
                    new Script()
                        .Send(Payload.Fragments(opcode, [.. Enumerable.Repeat(Array.Empty<byte>(), count)]))
                        .Hear(new Frame(opcode, []))
                        .Close());
            }

            var message = new Frame(opcode, "middle"u8.ToArray());
            list.Add(
                $"A {name} message between empty fragments comes back.",
                new Script().Send(Payload.Fragments(opcode, [], message.Payload, [])).Hear(message).Close());
            list.Add(
                $"A {name} message with an empty fragment within comes back.",
                new Script().Send(Payload.Fragments(opcode, "mid"u8.ToArray(), [], "dle"u8.ToArray())).Hear(message).Close());
        }
    }

    private static void AddSequences(CaseList list)
    {
        foreach (var sequence in FrameSequence.All(length: 2).Concat(FrameSequence.All(length: 3)))
        {
            list.Add(sequence.Sentence, sequence.ToScript());
        }
    }

    private static void AddSlowMessages(CaseList list)
    {
        var (hello, first, last) = (Frame.Text("hello"), Frame.Text("hel").Unfinished(), Frame.Continuation("lo"u8.ToArray()));
        list.Add(
            "A message whose end comes after a ping was answered comes back.",
            new Script().Send(first).Send(Frame.Ping(Bytes)).HearPong(Bytes).Send(last).Hear(hello).Close());
        list.Add(
            "A fragmented message behind another comes back.",
            new Script().Send(first, last, first, last).Hear(hello).Hear(hello).Close());
        list.Add("A message behind a fragmented one comes back.", new Script().Send(first, last, hello).Hear(hello).Hear(hello).Close());
        list.Add("A continuation behind a fragmented message fails.", new Script().Send(first, last, last).Hear(hello).Fails(1002));
        list.Add("A continuation that begins a message fails by its header.", new Script().SendAllBut(2, last).Fails(1002));
        list.Add("A message within a message fails by its header.", new Script().Send(first).SendAllBut(5, hello).Fails(1002));
        list.Add("A second message within an endless one fails at once.", new Script().Send(first, last.Unfinished(), first, last).Fails(1002));
    }
}
