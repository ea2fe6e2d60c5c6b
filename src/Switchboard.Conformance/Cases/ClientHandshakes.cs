using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 10 for clients: what they ask, and which answers they take.</summary>
internal static class ClientHandshakes
{
    // Our own say hello when they have taken the answer. Whoever ends TCP, and has said nothing, has not.
    private static readonly Opening Greeting = Opening.Default with { Manner = Manner.Greet };
    private static readonly Frame Hello = Frame.Text("hello");

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§4.1", Greeting);
        AddRequests(list);
        list.Section(2, "§4.1", Greeting);
        AddTaken(list);
        list.Section(3, "§4.1", Greeting);
        AddNotTaken(list);
        list.Section(4, "§4.1", Greeting);
        AddSubprotocols(list);
        list.Section(5, "§9.1", Greeting);
        AddExtensions(list);
        list.Section(6, "RFC 9112 §4", Greeting);
        AddBrokenHttp(list);
    }

    private static void AddRequests(CaseList list)
    {
        Asks(list, "with GET and HTTP/1.1", request => request.FirstLine.Split(' ') is ["GET", ['/', '?', ..], "HTTP/1.1"]);
        Asks(list, "with a Host that names the port", request => request.Find("Host")?.StartsWith("127.0.0.1:", StringComparison.Ordinal) == true);
        Asks(list, "for an upgrade to websocket", request => request.Lists("Upgrade", "websocket") && request.Lists("Connection", "Upgrade"));
        Asks(list, "for version 13", request => request.Find("Sec-WebSocket-Version") == "13");
        Asks(list, "with a key of 16 bytes", request => Convert.FromBase64String(request.Find("Sec-WebSocket-Key") ?? "").Length == 16);
        Asks(list, "for no subprotocol, if it was given none", request => request.Find("Sec-WebSocket-Protocol") is null);
        Asks(list, "without a body", request => request.Find("Content-Length") is null && request.Find("Transfer-Encoding") is null);
        list.Add("It takes a new key for each connection.", async peer =>
        {
            var keys = new HashSet<string>();
            for (var i = 0; i < 5; i++)
            {
                var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting);
                line.Dispose();
                keys.Add(request.Find("Sec-WebSocket-Key") ?? "");
            }

            Judge(keys.Count == 5, "a key that was there before");
        });
    }

    private static void AddTaken(CaseList list)
    {
        Takes(list, "An answer as the RFC has it", _ => { });
        Takes(list, "'Upgrade: WebSocket' in other letters", answer => answer.Headers["Upgrade"] = "WebSocket");
        Takes(list, "'Connection: upgrade' in other letters", answer => answer.Headers["Connection"] = "upgrade");
        Takes(list, "'Connection: keep-alive, Upgrade'", answer => answer.Headers["Connection"] = "keep-alive, Upgrade");
        Takes(list, "Another phrase", answer => answer.FirstLine = "HTTP/1.1 101 Come in");
        Takes(list, "An empty phrase", answer => answer.FirstLine = "HTTP/1.1 101 ");
        Takes(list, "Header names in small letters", answer => Rename(answer, name => name.ToLowerInvariant()));
        Takes(list, "Header names in capital letters", answer => Rename(answer, name => name.ToUpperInvariant()));
        Takes(list, "Headers that nobody knows", answer => answer.Add("X-Nobody: knows\r\nX-Empty:"));
        Takes(list, "Cookies and a date", answer => answer.Add("Set-Cookie: a=b\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nServer: conformance"));
        Takes(list, "Blanks around a value", answer => answer.Headers["Upgrade"] = "   websocket  ");
        Takes(list, "Fifty more headers", answer => Enumerable.Range(0, 50).ToList().ForEach(i => answer.Add($"X-Header-{i}: {i}")));
        foreach (var chop in (int[])[1, 2, 7, 97])
        {
            list.Add($"An answer in pieces of {chop} bytes is taken.", peer => OpenAsync(peer, _ => { }, chop, early: []));
        }

        list.Add("A message in the answer's segment comes back.", peer => OpenAsync(peer, _ => { }, 0, early: [Hello]));
        list.Add("Three messages in the answer's segment come back.", peer => OpenAsync(peer, _ => { }, 0, early: [Hello, Hello, Hello]));
        list.Add("Messages behind an answer that comes byte by byte come back.", peer => OpenAsync(peer, _ => { }, 1, early: [Hello, Hello]));
    }

    private static void AddNotTaken(CaseList list)
    {
        foreach (var status in (string[])
            [
                "200 OK", "204 No Content", "301 Moved Permanently", "302 Found", "400 Bad Request", "401 Unauthorized", "403 Forbidden",
                "404 Not Found", "426 Upgrade Required", "500 Internal Server Error", "503 Service Unavailable",
            ])
        {
            Fails(list, $"The status {status}", answer => answer.FirstLine = $"HTTP/1.1 {status}");
        }

        foreach (var name in (string[])["Upgrade", "Connection", "Sec-WebSocket-Accept"])
        {
            Fails(list, $"An answer without {name}", answer => answer.Headers.Remove(name));
            Fails(list, $"An answer with an empty {name}", answer => answer.Headers[name] = "");
        }

        Fails(list, "Another Upgrade", answer => answer.Headers["Upgrade"] = "h2c");
        Fails(list, "Two Upgrades", answer => answer.Headers["Upgrade"] = "websocket, h2c");
        Fails(list, "'Connection: close'", answer => answer.Headers["Connection"] = "close");
        Fails(list, "The accept of another key", answer => answer.Headers["Sec-WebSocket-Accept"] = Key.Accept(Key.New()));
        Fails(list, "The accept in small letters", answer => Change(answer, accept => accept.ToLowerInvariant()));
        Fails(list, "The accept with something behind it", answer => Change(answer, accept => accept + "a"));
        Fails(list, "The accept cut", answer => Change(answer, accept => accept[..^1]));
        Fails(list, "A second accept", answer => answer.Add($"Sec-WebSocket-Accept: {Key.Accept(Key.New())}"));
    }

    private static void AddSubprotocols(CaseList list)
    {
        foreach (var (offered, chosen) in ((string, string)[])[("chat", "chat"), ("chat,superchat", "chat"), ("chat,superchat", "superchat")])
        {
            list.Add(
                $"Of the subprotocols {offered} it takes {chosen}.",
                peer => OpenAsync(peer, answer => Choose(answer, chosen), 0, [], offered), isForOurs: true);
        }

        foreach (var (offered, chosen) in ((string, string)[])
            [("", "chat"), ("chat", "superchat"), ("chat", "CHAT"), ("chat,superchat", "chat, superchat"), ("chat", ""), ("chat", "chat2")])
        {
            list.Add(
                $"It offers {(offered.Length == 0 ? "no subprotocol" : offered)}, and fails at the answer '{chosen}'.",
                peer => FailAsync(peer, answer => Choose(answer, chosen), offered),
                isForOurs: offered.Length > 0);
        }

        list.Add("Two choices fail.", peer => FailAsync(peer, ChooseBoth, "chat,superchat"), isForOurs: true);
        list.Add("It offers its subprotocols in its order.", async peer =>
        {
            var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting, "superchat,chat");
            line.Dispose();
            Judge(request.Find("Sec-WebSocket-Protocol")?.Replace(" ", "", StringComparison.Ordinal) == "superchat,chat", "another list");
        }, isForOurs: true);
    }

    private static void AddExtensions(CaseList list)
    {
        foreach (var agreed in (string[])
            [
                "x-unknown", "x-unknown; a=1", "x-one, x-two", "permessage-deflate, x-unknown", "permessage-bzip2",
                "x-webkit-deflate-frame", "a b", ";",
            ])
        {
            Fails(list, $"The extensions '{agreed}', which were not offered", answer => answer.Add($"Sec-WebSocket-Extensions: {agreed}"));
        }
    }

    private static void AddBrokenHttp(CaseList list)
    {
        foreach (var line in (string[])
            [
                "HTTP/1.0 101 Switching Protocols", "HTTP/2.0 101 Switching Protocols", "HTTP/1.1 1010", "HTTP/1.1 10", "101", "garbage",
                "HTTP/1.1  101 a", "http/1.1 101 a",
            ])
        {
            Fails(list, $"The first line '{line}'", answer => answer.FirstLine = line);
        }

        Fails(list, "A blank before a colon", answer => answer.Add("X-Header : a"));
        Fails(list, "A folded header", answer => answer.Add("X-Header: a\r\n b"));
        Fails(list, "A header without a colon", answer => answer.Add("X-Header"));
        Fails(list, "A header without a name", answer => answer.Add(": a"));
        Fails(list, "A NUL in a header", answer => answer.Add("X-Header: a\0b"));
        Fails(list, "A CR in a header", answer => answer.Add("X-Header: a\rb"));
        Fails(list, "A line of 100,000 bytes", answer => answer.Add($"X-Header: {new string('a', 100_000)}"));
        Fails(list, "2,000 headers", answer => Enumerable.Range(0, 2000).ToList().ForEach(i => answer.Add($"X-Header-{i}: {i}")));
        list.Add("TCP that ends instead of an answer ends the connection.", peer => EndAsync(peer, 0));
        list.Add("TCP that ends within the answer ends the connection.", peer => EndAsync(peer, 40));
    }

    private static void Asks(CaseList list, string how, Func<Head, bool> isGood) => list.Add($"It asks {how}.", async peer =>
    {
        var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting);
        line.Dispose();
        Judge(isGood(request), string.Join(" | ", request.Fields.Select(field => $"{field.Key}: {field.Value}").Prepend(request.FirstLine)));
    });

    private static void Takes(CaseList list, string what, Action<Answer> change) =>
        list.Add($"{what}: is taken.", peer => OpenAsync(peer, change, 0, early: []));

    private static void Fails(CaseList list, string what, Action<Answer> change) =>
        list.Add($"{what}: fails the connection, and nothing is sent.", peer => FailAsync(peer, change));

    private static async Task OpenAsync(IPeer peer, Action<Answer> change, int chop, IReadOnlyList<Frame> early, string subprotocols = "")
    {
        var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting, subprotocols);
        using var conversation = new Conversation(line, Role.Client);
        var answer = new Answer(request);
        change(answer);
        byte[] bytes = [.. answer.ToBytes(), .. FrameBytes.Of(isMasked: false, early)];
        await line.SendChoppedAsync(bytes, chop == 0 ? bytes.Length : chop);

        if (peer.Traits.IsOurs)
        {
            await conversation.HearMessageAsync(Hello.Opcode, Hello.Payload);
        }

        foreach (var message in early)
        {
            await conversation.HearMessageAsync(message.Opcode, message.Payload);
        }

        await conversation.SendAsync(Hello);
        await conversation.HearMessageAsync(Hello.Opcode, Hello.Payload);
        await conversation.CloseInOrderAsync();
    }

    private static async Task FailAsync(IPeer peer, Action<Answer> change, string subprotocols = "")
    {
        var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting, subprotocols);
        using (line)
        {
            var answer = new Answer(request);
            change(answer);
            await line.SendAsync(answer.ToBytes());
            Judge(!await line.TryReadAsync(new byte[1], "the end of the connection"), "the client has taken the answer, and sends");
        }
    }

    private static async Task EndAsync(IPeer peer, int at)
    {
        var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting);
        using (line)
        {
            await line.SendAsync(new Answer(request).ToBytes().AsMemory(0, at));
            line.EndSending();
            Judge(!await line.TryReadAsync(new byte[1], "the end of the connection"), "the client sends without an answer");
        }
    }

    private static void Choose(Answer answer, string subprotocol) => answer.Add($"Sec-WebSocket-Protocol: {subprotocol}");

    private static void ChooseBoth(Answer answer)
    {
        Choose(answer, "chat");
        Choose(answer, "superchat");
    }

    private static void Change(Answer answer, Func<string, string> change) =>
        answer.Headers["Sec-WebSocket-Accept"] = change(answer.Headers["Sec-WebSocket-Accept"]);

    private static void Rename(Answer answer, Func<string, string> rename)
    {
        var headers = answer.Headers.ToList();
        answer.Headers.Clear();
        headers.ForEach(header => answer.Headers[rename(header.Key)] = header.Value);
    }

    private static void Judge(bool isGood, string seen)
    {
        if (!isGood)
        {
            throw new CaseFailedException(seen);
        }
    }
}
