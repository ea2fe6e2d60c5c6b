using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 10 for servers: which requests are upgraded, and which are refused.</summary>
internal static class ServerHandshakes
{
    private static readonly Frame Hello = Frame.Text("hello");

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§4.2.2");
        AddAccepted(list);
        list.Section(2, "§4.2.1");
        AddRefused(list);
        list.Section(3, "§4.4");
        AddVersions(list);
        list.Section(4, "§4.2.2");
        AddSubprotocols(list);
        list.Section(5, "§9.1");
        AddExtensions(list);
        list.Section(6, "RFC 9112 §2.2");
        AddBrokenHttp(list);
    }

    private static void AddAccepted(CaseList list)
    {
        Accepts(list, "A request as the RFC has it", _ => { });
        Accepts(list, "'Upgrade: WebSocket' in other letters", request => request.Headers["Upgrade"] = "WebSocket");
        Accepts(list, "'Connection: upgrade' in other letters", request => request.Headers["Connection"] = "upgrade");
        Accepts(list, "'Connection: keep-alive, Upgrade'", request => request.Headers["Connection"] = "keep-alive, Upgrade");
        Accepts(list, "'Connection: Upgrade, keep-alive' without a blank", request => request.Headers["Connection"] = "Upgrade,keep-alive");
        Accepts(list, "A second Connection header", request => request.Add("Connection: keep-alive"));
        Accepts(list, "Header names in small letters", request => Rename(request, name => name.ToLowerInvariant()));
        Accepts(list, "Header names in capital letters", request => Rename(request, name => name.ToUpperInvariant()));
        Accepts(list, "Headers that nobody knows", request => request.Add("X-Nobody: knows\r\nX-Empty:"));
        Accepts(list, "Cookies and authorization", request => request.Add("Cookie: a=b; c=d\r\nAuthorization: Basic Og=="));
        Accepts(list, "An Origin of the same host", request => request.Add($"Origin: http://{request.Headers["Host"]}"));
        Accepts(list, "Blanks around a value", request => request.Headers["Sec-WebSocket-Version"] = "  13 ");
        Accepts(list, "A query", request => request.FirstLine = request.FirstLine.Replace(" HTTP", "?a=b&c=%20 HTTP", StringComparison.Ordinal));
        Accepts(list, "Fifty more headers", request => Enumerable.Range(0, 50).ToList().ForEach(i => request.Add($"X-Header-{i}: {i}")));
        foreach (var chop in (int[])[1, 2, 7, 97])
        {
            list.Add($"A request in pieces of {chop} bytes is upgraded.", peer => OpenAsync(peer, _ => { }, chop, early: []));
        }

        list.Add("A message in the request's segment comes back.", peer => OpenAsync(peer, _ => { }, 0, early: [Hello]));
        list.Add("Three messages in the request's segment come back.", peer => OpenAsync(peer, _ => { }, 0, early: [Hello, Hello, Hello]));
        list.Add("Messages behind a request that comes byte by byte come back.", peer => OpenAsync(peer, _ => { }, 1, early: [Hello, Hello]));
    }

    private static void AddRefused(CaseList list)
    {
        foreach (var method in (string[])["POST", "PUT", "HEAD", "OPTIONS", "get"])
        {
            Refuses(list, $"The method {method}", request => request.FirstLine = request.FirstLine.Replace("GET", method, StringComparison.Ordinal));
        }

        Refuses(list, "HTTP/1.0", request => request.FirstLine = request.FirstLine.Replace("1.1", "1.0", StringComparison.Ordinal));
        foreach (var name in (string[])["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"])
        {
            Refuses(list, $"A request without {name}", request => request.Headers.Remove(name));
        }

        Refuses(list, "A second Host", request => request.Add("Host: elsewhere.example"));
        Refuses(list, "Another Upgrade", request => request.Headers["Upgrade"] = "h2c");
        Refuses(list, "'Upgrade: websockets'", request => request.Headers["Upgrade"] = "websockets");
        Refuses(list, "'Connection: keep-alive'", request => request.Headers["Connection"] = "keep-alive");
        Refuses(list, "An empty key", request => request.Headers["Sec-WebSocket-Key"] = "");
        Refuses(list, "A key of 15 bytes", request => request.Headers["Sec-WebSocket-Key"] = Convert.ToBase64String(new byte[15]));
        Refuses(list, "A key of 17 bytes", request => request.Headers["Sec-WebSocket-Key"] = Convert.ToBase64String(new byte[17]));
        Refuses(list, "A key of 32 bytes", request => request.Headers["Sec-WebSocket-Key"] = Convert.ToBase64String(new byte[32]));
        Refuses(list, "A key that is not base64", request => request.Headers["Sec-WebSocket-Key"] = "!!!!!!!!!!!!!!!!!!!!!!==");
        Refuses(list, "A second key", request => request.Add($"Sec-WebSocket-Key: {Key.New()}"));
    }

    private static void AddVersions(CaseList list)
    {
        foreach (var version in (string[])["0", "7", "8", "12", "14", "130", "255", "-13", "013", "thirteen", "13.0"])
        {
            list.Add($"Version {version} is refused, and 13 named.", async peer =>
            {
                var answer = await AskAsync(peer, request => request.Headers["Sec-WebSocket-Version"] = version);
                Judge(answer.Status is 400 or 426, $"'{answer.FirstLine}'");
                Judge(answer.Lists("Sec-WebSocket-Version", "13"), "no 'Sec-WebSocket-Version: 13' in the answer");
            });
        }
    }

    private static void AddSubprotocols(CaseList list)
    {
        foreach (var (offers, chosen) in ((string, string?)[])
            [
                ("chat", "chat"), ("superchat, chat", "superchat"), ("unknown, chat", "chat"), ("chat,superchat", "chat"), ("unknown", null),
                ("CHAT", null),
            ])
        {
            list.Add(
                $"Of the subprotocols '{offers}' {(chosen is null ? "none" : $"'{chosen}'")} is chosen.",
                async peer =>
                {
                    var answer = await AskAsync(peer, _ => { }, offers);
                    Judge(answer.Status == 101, $"'{answer.FirstLine}'");
                    Judge(answer.Find("Sec-WebSocket-Protocol") == chosen, $"'{answer.Find("Sec-WebSocket-Protocol")}' is chosen");
                },
                isForOurs: true);
        }

        foreach (var offers in (string[])["chat, chat", "chat superchat", "chat;superchat", "chat/1", "\"chat\""])
        {
            list.Add(
                $"The subprotocols '{offers}', which are no list of unique tokens, are refused.",
                peer => RefuseAsync(peer, _ => { }, offers), isForOurs: true);
        }
    }

    private static void AddExtensions(CaseList list)
    {
        foreach (var offers in (string[])
            ["x-unknown", "x-unknown; a; b=1", "x-one, x-two; c=\"3\"", "x-unknown;a=b,  x-two", "constructor", "__proto__; toString"])
        {
            list.Add($"The extensions '{offers}', which nobody knows, are not agreed to.", async peer =>
            {
                var answer = await AskAsync(peer, request => request.Add($"Sec-WebSocket-Extensions: {offers}"));
                Judge(answer.Status == 101, $"'{answer.FirstLine}'");
                Judge(answer.Find("Sec-WebSocket-Extensions") is null, $"agrees to '{answer.Find("Sec-WebSocket-Extensions")}'");
            });
        }

        foreach (var offers in (string[])["a b", "a; ;", "a; b=", "a; b=\"c", "a; b=\"c d\"", "=", "a;=1", "(a)"])
        {
            list.Add(
                $"The extensions '{offers}', which do not follow the grammar, are refused.",
                peer => RefuseAsync(peer, request => request.Add($"Sec-WebSocket-Extensions: {offers}")),
                isForOurs: true);
        }
    }

    private static void AddBrokenHttp(CaseList list)
    {
        Refuses(list, "A first line without a version", request => request.FirstLine = "GET /");
        Refuses(list, "A first line with a blank too many", request => request.FirstLine = request.FirstLine.Replace(" HTTP", "  HTTP", StringComparison.Ordinal));
        Refuses(list, "A blank before a colon", request => request.Add("X-Header : a"));
        Refuses(list, "A folded header", request => request.Add("X-Header: a\r\n b"));
        Refuses(list, "A header without a colon", request => request.Add("X-Header"));
        Refuses(list, "A header without a name", request => request.Add(": a"));
        Refuses(list, "A NUL in a header", request => request.Add("X-Header: a\0b"));
        Refuses(list, "A CR in a header", request => request.Add("X-Header: a\rb"));
        Refuses(list, "A line of 100,000 bytes", request => request.Add($"X-Header: {new string('a', 100_000)}"));
        Refuses(list, "2,000 headers", request => Enumerable.Range(0, 2000).ToList().ForEach(i => request.Add($"X-Header-{i}: {i}")));
    }

    private static void Accepts(CaseList list, string what, Action<Request> change) =>
        list.Add($"{what}: is upgraded.", peer => OpenAsync(peer, change, 0, early: []));

    private static void Refuses(CaseList list, string what, Action<Request> change) =>
        list.Add($"{what}: is refused.", peer => RefuseAsync(peer, change));

    private static async Task OpenAsync(IPeer peer, Action<Request> change, int chop, IReadOnlyList<Frame> early)
    {
        var (line, request) = await PrepareAsync(peer, change);
        using var conversation = new Conversation(line, Role.Server);
        byte[] bytes = [.. request.ToBytes(), .. FrameBytes.Of(isMasked: true, early)];
        await line.SendChoppedAsync(bytes, chop == 0 ? bytes.Length : chop);
        await request.ReadAnswerAsync(line);
        foreach (var message in early)
        {
            await conversation.HearMessageAsync(message.Opcode, message.Payload);
        }

        await conversation.SendAsync(Hello);
        await conversation.HearMessageAsync(Hello.Opcode, Hello.Payload);
        await conversation.CloseInOrderAsync();
    }

    private static async Task RefuseAsync(IPeer peer, Action<Request> change, string? subprotocols = null)
    {
        var answer = await AskAsync(peer, change, subprotocols);
        Judge(answer.Status is >= 400 and < 500, $"'{answer.FirstLine}'");
    }

    private static async Task<Head> AskAsync(IPeer peer, Action<Request> change, string? subprotocols = null)
    {
        var (line, request) = await PrepareAsync(peer, change, subprotocols);
        using (line)
        {
            await line.SendAsync(request.ToBytes());
            return await Head.ReadAsync(line, "the answer to the handshake")
                ?? throw new CaseFailedException("the connection ended without an answer");
        }
    }

    private static async Task<(Line Line, Request Request)> PrepareAsync(IPeer peer, Action<Request> change, string? subprotocols = null)
    {
        var server = (ServerPeer)peer;
        var request = new Request(server.Address(Opening.Default)) { Subprotocols = subprotocols };
        request.Prepare();
        change(request);
        return (await server.ConnectAsync(Opening.Default), request);
    }

    private static void Rename(Request request, Func<string, string> rename)
    {
        var headers = request.Headers.ToList();
        request.Headers.Clear();
        headers.ForEach(header => request.Headers[rename(header.Key)] = header.Value);
    }

    private static void Judge(bool isGood, string seen)
    {
        if (!isGood)
        {
            throw new CaseFailedException(seen);
        }
    }
}
