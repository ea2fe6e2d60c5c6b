using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 7: who closes how, and what is answered.</summary>
internal static class Closing
{
    private static readonly Frame Hello = Frame.Text("hello");

    private static readonly int[] Allowed =
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4001, 4999];

    private static readonly int[] Forbidden =
        [0, 1, 500, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1500, 1999, 2000, 2500, 2999, 5000, 5001, 10000, 32768, 65535];

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.5.1");
        AddBodies(list);
        list.Section(2, "§7.4.2");
        AddCodes(list);
        list.Section(3, "§8.1");
        AddInvalidReasons(list);
        list.Section(4, "§5.5.1");
        AddAfterClose(list);
        list.Section(5, "§5.5.1");
        AddBeforeClose(list);
        list.Section(6, "§7.1.5");
        AddTcpEnds(list);
        list.Section(7, "§7.1.2", Opening.Default with { Manner = Manner.Close });
        AddPeerCloses(list);
    }

    private static void AddBodies(CaseList list)
    {
        list.Add(
            "A close frame without a body is answered with none, or with 1000.",
            new Script().Send(new Frame(Opcode.Close, [])).IsClosed(1005, 1000));
        foreach (var body in (byte[])[0x00, 0x03, (byte)'a', 0xFF])
        {
            list.Add($"A close frame with the one byte {body:X2} fails.", new Script().Send(new Frame(Opcode.Close, [body])).IsClosed(1002));
        }

        foreach (var length in (int[])[1, 2, 64, 122, 123])
        {
            list.Add($"A reason of {length} bytes is taken.", new Script().Send(Frame.Close(1000, Payload.Text(length))).IsClosed(1000));
        }

        foreach (var length in (int[])[124, 125, 126, 1000, 65536])
        {
            list.Add(
                $"A reason of {length} bytes, which no close frame can carry, fails.",
                new Script().Send(Frame.Close(1000, Payload.Text(length))).IsClosed(1002));
        }

        foreach (var chop in (int[])[1, 2, 7])
        {
            list.Add(
                $"A close frame in pieces of {chop} is answered.",
                new Script().SendChopped(chop, Frame.Close(1000, Payload.Text(123))).IsClosed(1000));
        }

        foreach (var (name, bytes) in Utf8Samples.Edges)
        {
            list.Add($"A reason with {name} is taken.", new Script().Send(Frame.Close(1000, bytes)).IsClosed(1000));
        }
    }

    private static void AddCodes(CaseList list)
    {
        foreach (var code in Allowed)
        {
            list.Add($"A close with {code} is answered with {code}.", new Script().Send(Frame.Close(code)).IsClosed(code));
            list.Add(
                $"A close with {code} and a reason is answered with {code}.",
                new Script().Send(Frame.Close(code, "reason"u8.ToArray())).IsClosed(code));
        }

        foreach (var code in Forbidden)
        {
            list.Add($"A close with {code}, which nobody may send, fails.", new Script().Send(Frame.Close(code)).IsClosed(1002));
            list.Add(
                $"A close with {code}, which nobody may send, and a reason fails.",
                new Script().Send(Frame.Close(code, "reason"u8.ToArray())).IsClosed(1002));
        }
    }

    private static void AddInvalidReasons(CaseList list)
    {
        foreach (var (name, bytes) in Utf8Samples.Invalid.Where(sample => sample.Bytes.Length < 50).Concat(Utf8Samples.Cut))
        {
            list.Add($"A reason with {name} fails.", new Script().Send(Frame.Close(1000, [.. "good "u8, .. bytes])).IsClosed(1007, 1002));
        }
    }

    private static void AddAfterClose(CaseList list)
    {
        (string Name, Frame Frame)[] more =
        [
            ("A text message", Hello),
            ("A binary message", Frame.Binary([1, 2, 3])),
            ("A large message", Frame.Binary(Payload.Bytes(100_000))),
            ("A fragment", Hello.Unfinished()),
            ("A ping", Frame.Ping([1, 2, 3])),
            ("A pong", Frame.Pong([1, 2, 3])),
            ("A second close frame", Frame.Close(1001)),
            ("A frame with a reserved opcode", new Frame(5, [1, 2, 3])),
            ("A frame with reserved bits", Hello with { Reserved = 7 }),
            ("A frame that is masked wrongly", Hello with { IsMaskedWrongly = true }),
            ("A text that is not UTF-8", Frame.Text([0xFF])),
        ];
        foreach (var (name, frame) in more)
        {
            list.Add(
                $"{name} behind a close frame, in the same segment, is not looked at.",
                new Script().Send(Frame.Close(1000), frame).IsClosed(1000));
            list.Add(
                $"{name} behind a close frame, in another segment, is not looked at.",
                new Script().SendEach(Frame.Close(1000), frame).IsClosed(1000));
        }

        list.Add(
            "Messages without end behind a close frame do not keep the connection open.",
            new Script().Send([Frame.Close(1000), .. Enumerable.Repeat(Frame.Binary(Payload.Bytes(1000)), 1000)]).IsClosed(1000));
    }

    private static void AddBeforeClose(CaseList list)
    {
        byte[] ping = [1, 2, 3];
        list.Add(
            "A message before a close comes back before the close.",
            new Script().Send(Hello, Frame.Close(1000)).Hear(Hello).IsClosed(1000));
        list.Add(
            "Ten messages before a close come back before the close.",
            Enumerable.Repeat(Hello, 10)
                .Aggregate(new Script().Send([.. Enumerable.Repeat(Hello, 10), Frame.Close(1000)]), (script, hello) => script.Hear(hello))
                .IsClosed(1000));
        list.Add(
            "A ping before a close is answered before the close.",
            new Script().Send(Frame.Ping(ping), Frame.Close(1000)).HearPong(ping).IsClosed(1000));
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            var first = Payload.Message(opcode, 100).Unfinished();
            list.Add(
                $"A close within a fragmented {Opcode.Name(opcode)} message is answered.",
                new Script().Send(first, Frame.Close(1000)).IsClosed(1000));
            list.Add(
                $"A close within a fragmented {Opcode.Name(opcode)} message is answered, and its end is not looked at.",
                new Script().Send(first, Frame.Close(1000), Frame.Continuation([])).IsClosed(1000));
        }

        list.Add(
            "A close within a cut character is answered.",
            new Script().Send(Frame.Text([0xE2, 0x82]).Unfinished(), Frame.Close(1000)).IsClosed(1000));
        list.Add("A close at once is answered.", new Script().Close());
        list.Add("A close after messages were exchanged is answered.", new Script().Echo(Hello).Echo(Hello).Close());
    }

    private static void AddTcpEnds(CaseList list)
    {
        list.Add("TCP that ends without a close is ended.", new Script().EndSending().IsEnded());
        list.Add("TCP that ends after a message came back is ended.", new Script().Echo(Hello).EndSending().IsEnded());
        list.Add(
            "TCP that ends within a header is ended.",
            new Script().SendAllBut(130, Frame.Binary(Payload.Bytes(130))).EndSending().IsEnded());
        list.Add(
            "TCP that ends within a payload is ended.",
            new Script().SendAllBut(50, Frame.Binary(Payload.Bytes(100))).EndSending().IsEnded());
        list.Add("TCP that ends within a fragmented message is ended.", new Script().Send(Hello.Unfinished()).EndSending().IsEnded());
        list.Add("TCP that ends within a ping is ended.", new Script().SendAllBut(5, Frame.Ping(Payload.Bytes(10))).EndSending().IsEnded());
        list.Add("TCP that ends within a close frame is ended.", new Script().SendAllBut(1, Frame.Close(1000)).EndSending().IsEnded());
        list.Add(
            "TCP that ends behind a close frame is ended, and the close is answered.",
            new Script().Send(Frame.Close(1000)).EndSending().IsClosed(1000));
        list.Add(
            "TCP that ends behind a message and a close loses neither answer.",
            new Script().Send(Hello, Frame.Close(1000)).EndSending().Hear(Hello).IsClosed(1000));
    }

    private static void AddPeerCloses(CaseList list)
    {
        list.Add(
            "The peer's close is its code and reason, and ends with our answer.",
            new Script().Then(HearGoodbye).Then(AnswerAsync).Then(EndAsync));
        list.Add(
            "An answer with another code ends it too.",
            new Script().Then(HearGoodbye).Then(peer => peer.CloseAsync([0x0F, 0xA0])).Then(EndAsync));
        list.Add("An answer without a body ends it too.", new Script().Then(HearGoodbye).Then(peer => peer.CloseAsync([])).Then(EndAsync));
        list.Add(
            "A pong that was under way is passed over.",
            new Script().Then(HearGoodbye).Send(Frame.Pong([1])).Then(AnswerAsync).Then(EndAsync));
        list.Add("TCP that ends without an answer is ended.", new Script().Then(HearGoodbye).EndSending().IsEnded());
        list.Add("Two closes that cross end it.", new Script().Send(Frame.Close(1000)).Then(HearGoodbye).Then(EndAsync));
    }

    private static async Task HearGoodbye(Conversation peer) =>
        await peer.HearControlAsync(Opcode.Close, Frame.Close(1000, "goodbye"u8.ToArray()).Payload);

    private static Task AnswerAsync(Conversation peer) => peer.CloseAsync(Frame.Close(1000).Payload);

    private static Task EndAsync(Conversation peer)
    {
        // RFC 6455 §7.1.1: a client waits for the server to end TCP. A moment shows nothing but a client that does not.
        if (peer.Tested == Role.Client && !peer.IsQuietFor(TimeSpan.FromMilliseconds(100)))
        {
            throw new CaseFailedException("the client has ended TCP before the server");
        }

        return peer.HearDisconnectAsync();
    }
}
