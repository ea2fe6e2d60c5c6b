using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 2: a ping is answered with its own payload, a pong with nothing.</summary>
internal static class Pings
{
    private static readonly Frame Hello = Frame.Text("hello");

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.5.2");
        AddLengths(list);
        list.Section(2, "§5.5.3");
        AddPongs(list);
        list.Section(3, "§5.5.2");
        AddBursts(list);
        list.Section(4, "§5.4");
        AddWithinMessages(list);
    }

    private static void AddLengths(CaseList list)
    {
        foreach (var length in (int[])[0, 1, 2, 16, 64, 123, 124, 125])
        {
            var payload = Payload.Bytes(length);
            list.Add($"A ping of {length} bytes is answered with the same.", new Script().Send(Frame.Ping(payload)).HearPong(payload).Close());
        }

        foreach (var chop in (int[])[1, 2, 7])
        {
            foreach (var length in (int[])[0, 5, 125])
            {
                var payload = Payload.Bytes(length);
                list.Add(
                    $"A ping of {length} bytes that comes in pieces of {chop} is answered with the same.",
                    new Script().SendChopped(chop, Frame.Ping(payload)).HearPong(payload).Close());
            }
        }

        foreach (var length in (int[])[126, 127, 1000, 65535, 65536])
        {
            list.Add($"A ping of {length} bytes is refused.", new Script().Send(Frame.Ping(Payload.Bytes(length))).Fails(1002));
            list.Add($"A pong of {length} bytes is refused.", new Script().Send(Frame.Pong(Payload.Bytes(length))).Fails(1002));
        }

        list.Add("A ping of 126 bytes is refused by its header.", new Script().SendAllBut(126, Frame.Ping(Payload.Bytes(126))).Fails(1002));
        list.Add(
            "A ping's payload need not be UTF-8.",
            new Script().Send(Frame.Ping([0xFF, 0xFE, 0xC0, 0x80])).HearPong([0xFF, 0xFE, 0xC0, 0x80]).Close());
    }

    private static void AddPongs(CaseList list)
    {
        foreach (var length in (int[])[0, 1, 64, 125])
        {
            list.Add(
                $"A pong of {length} bytes that nobody asked for is passed over.",
                new Script().Send(Frame.Pong(Payload.Bytes(length))).Echo(Hello).Close());
        }

        foreach (var chop in (int[])[1, 2, 7])
        {
            list.Add(
                $"A pong that comes in pieces of {chop} is passed over.",
                new Script().SendChopped(chop, Frame.Pong(Payload.Bytes(125))).Echo(Hello).Close());
        }

        byte[] payload = [1, 2, 3];
        list.Add(
            "A pong that nobody asked for keeps no ping from its answer.",
            new Script().Send(Frame.Pong(payload), Frame.Ping(payload)).HearPong(payload).Close());
        list.Add(
            "A hundred pongs that nobody asked for are passed over.",
            new Script().Send(Enumerable.Range(0, 100).Select(i => Frame.Pong([(byte)i]))).Echo(Hello).Close());
    }

    private static void AddBursts(CaseList list)
    {
        foreach (var count in (int[])[2, 10, 100])
        {
            List<Frame> pings = [.. Enumerable.Range(0, count).Select(i => Frame.Ping(Payload.Bytes(i)))];
            foreach (var chop in (int[])[0, 1, 7, 997])
            {
                var script = pings.Aggregate(new Script().SendChopped(chop, pings), (before, ping) => before.HearPong(ping.Payload));
                list.Add($"{count} pings {InPieces(chop)} are answered one by one, in order.", script.Close());
            }
        }

        byte[] one = [1], two = [2];
        list.Add(
            "Pings and messages in one segment are answered in order.",
            new Script().Send(Frame.Ping(one), Hello, Frame.Ping(two), Hello).HearPong(one).Hear(Hello).HearPong(two).Hear(Hello).Close());
        list.Add("A ping right before a close is answered.", new Script().Send(Frame.Ping(one), Frame.Close(1000)).HearPong(one).IsClosed(1000));
    }

    private static void AddWithinMessages(CaseList list)
    {
        byte[] ping = [1, 2, 3];
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            var message = Payload.Message(opcode, 300);
            foreach (var chop in (int[])[0, 1, 7])
            {
                for (var at = 1; at <= 3; at++)
                {
                    List<Frame> frames = [.. Payload.Fragments(opcode, message.Payload[..100], message.Payload[100..200], message.Payload[200..])];
                    frames.Insert(at, Frame.Ping(ping));
                    var script = new Script().SendChopped(chop, frames);
                    script = at == 3 ? script.Hear(message).HearPong(ping) : script.HearPong(ping).Hear(message);
                    list.Add(
                        $"A ping behind fragment {at} of 3 of a {Opcode.Name(opcode)} message {InPieces(chop)} is answered at its place.",
                        script.Close());
                }
            }
        }

        var (first, last) = (Frame.Text("hel").Unfinished(), Frame.Continuation("lo"u8.ToArray()));
        list.Add(
            "A ping within a message is answered before the message goes on.",
            new Script().Send(first, Frame.Ping(ping)).HearPong(ping).Send(last).Hear(Hello).Close());
        list.Add(
            "Two pings within a message are answered before the message goes on.",
            new Script().Send(first, Frame.Ping(ping), Frame.Ping([])).HearPong(ping).HearPong([]).Send(last).Hear(Hello).Close());
        list.Add("A pong within a message is passed over.", new Script().Send(first, Frame.Pong(ping), last).Hear(Hello).Close());
    }

    private static string InPieces(int chop) => chop == 0 ? "in one segment" : $"in pieces of {chop}";
}
