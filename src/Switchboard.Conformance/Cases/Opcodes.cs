using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 4: headers that no sender may write: reserved opcodes, wrong masks, wrong lengths.</summary>
internal static class Opcodes
{
    private static readonly Frame Hello = Frame.Text("hello");
    private static readonly byte[] Bytes = Payload.Bytes(20);

    private static readonly (string Name, Frame Frame)[] Ordinary =
    [
        ("A text frame", Hello),
        ("An empty text frame", Frame.Text("")),
        ("A binary frame", Frame.Binary(Bytes)),
        ("A binary frame of 1000 bytes", Frame.Binary(Payload.Bytes(1000))),
        ("A message's first fragment", Hello.Unfinished()),
        ("A ping", Frame.Ping(Bytes)),
        ("A pong", Frame.Pong(Bytes)),
        ("A close frame", Frame.Close(1000)),
        ("An empty close frame", new Frame(Opcode.Close, [])),
    ];

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.2");
        AddReserved(list, [3, 4, 5, 6, 7]);
        list.Section(2, "§5.2");
        AddReserved(list, [11, 12, 13, 14, 15]);
        list.Section(3, "§5.1");
        AddMasks(list);
        list.Section(4, "§5.2");
        AddLongLengths(list);
        list.Section(5, "§5.2");
        AddHugeLengths(list);
    }

    private static void AddReserved(CaseList list, int[] opcodes)
    {
        foreach (var opcode in opcodes)
        {
            var frame = new Frame(opcode, Bytes);
            list.Add($"Opcode {opcode} without a payload fails.", new Script().Send(new Frame(opcode, [])).Fails(1002));
            list.Add($"Opcode {opcode} with a payload fails.", new Script().Send(frame).Fails(1002));
            list.Add($"Opcode {opcode} byte by byte fails.", new Script().SendChopped(1, frame).Fails(1002));
            list.Add($"Opcode {opcode} without FIN fails.", new Script().Send(frame.Unfinished()).Fails(1002));
            list.Add(
                $"Opcode {opcode} behind a message fails, and the message has come back.",
                new Script().Send(Hello, frame).Hear(Hello).Fails(1002));
            list.Add(
                $"Opcode {opcode} between messages fails, and the second is not looked at.",
                new Script().Send(Hello, frame, Hello).Hear(Hello).Fails(1002));
            list.Add(
                $"Opcode {opcode} before a ping fails, and the ping is not answered.",
                new Script().Send(frame, Frame.Ping([1])).Fails(1002));
            list.Add($"Opcode {opcode} within a fragmented message fails.", new Script().Send(Hello.Unfinished(), frame).Fails(1002));
            list.Add($"Opcode {opcode} fails by the header, before the payload.", new Script().SendAllBut(Bytes.Length, frame).Fails(1002));
        }
    }

    private static void AddMasks(CaseList list)
    {
        var wrongly = list.Tested == Role.Server ? "without a mask" : "with a mask";
        foreach (var (name, frame) in Ordinary)
        {
            list.Add($"{name} {wrongly} fails.", new Script().Send(frame with { IsMaskedWrongly = true }).Fails(1002));
        }

        var wrong = Hello with { IsMaskedWrongly = true };
        list.Add($"A frame {wrongly} behind a good message fails.", new Script().Send(Hello, wrong).Hear(Hello).Fails(1002));
        list.Add($"A frame {wrongly} byte by byte fails.", new Script().SendChopped(1, wrong).Fails(1002));
        list.Add(
            $"A continuation {wrongly} fails.",
            new Script().Send(Hello.Unfinished(), Frame.Continuation(Bytes) with { IsMaskedWrongly = true }).Fails(1002));
    }

    private static void AddLongLengths(CaseList list)
    {
        foreach (var (form, name, lengths) in ((LengthForm, string, int[])[])
            [(LengthForm.SixteenBits, "16", [0, 1, 5, 124, 125]), (LengthForm.SixtyFourBits, "64", [0, 1, 125, 126, 1000, 65534, 65535])])
        {
            foreach (var length in lengths)
            {
                foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
                {
                    list.Add(
                        $"A {Opcode.Name(opcode)} frame whose length {length} is written in {name} bits fails.",
                        new Script().Send(Payload.Message(opcode, length) with { LengthForm = form }).Fails(1002));
                }
            }

            list.Add(
                $"A ping whose length is written in {name} bits fails.",
                new Script().Send(Frame.Ping(Bytes) with { LengthForm = form }).Fails(1002));
            list.Add(
                $"A close frame whose length is written in {name} bits fails.",
                new Script().Send(Frame.Close(1000) with { LengthForm = form }).Fails(1002));
            list.Add(
                $"A continuation whose length is written in {name} bits fails.",
                new Script().Send(Hello.Unfinished(), Frame.Continuation(Bytes) with { LengthForm = form }).Fails(1002));
        }
    }

    private static void AddHugeLengths(CaseList list)
    {
        foreach (var length in (ulong[])[0x8000_0000_0000_0000, 0x8000_0000_0000_0005, 0xFFFF_FFFF_FFFF_FFFF])
        {
            var frame = Frame.Binary(Bytes) with { LengthForm = LengthForm.SixtyFourBits, Announced = length };
            list.Add($"A length of {length:X16}, whose top bit is set, fails.", new Script().Send(frame).Fails(1002));
            list.Add($"A length of {length:X16} byte by byte fails.", new Script().SendChopped(1, frame).Fails(1002));
            list.Add(
                $"A continuation with a length of {length:X16} fails.",
                new Script().Send(Hello.Unfinished(), frame with { Opcode = Opcode.Continuation }).Fails(1002));
        }

        var largest = Frame.Binary(Bytes) with { LengthForm = LengthForm.SixtyFourBits, Announced = long.MaxValue };
        list.Add("A length of 2^63-1 is too much at once.", new Script().Send(largest).Fails(1009));
        list.Add(
            "A length of 2^63-1 behind a fragment is too much at once.",
            new Script().Send(Frame.Binary(Bytes).Unfinished(), largest with { Opcode = Opcode.Continuation }).Fails(1009));
    }
}
