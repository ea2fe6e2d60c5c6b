using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 12 for clients: which answers to their offer they take, and that they keep what was agreed.</summary>
internal static class ClientAgreements
{
    private static readonly Frame Hello = Frame.Text("hello");

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "RFC 7692 §7.1");
        AddCombinations(list);
        list.Section(2, "RFC 7692 §7.1");
        AddNotTaken(list);
        list.Section(3, "RFC 7692 §7.1");
        AddOffers(list);
    }

    private static void AddCombinations(CaseList list)
    {
        var turn = 0;
        int?[] bits = [null, 9, 10, 11, 12, 13, 14, 15];
        foreach (var server in (bool[])[false, true])
        {
            foreach (var client in (bool[])[false, true])
            {
                foreach (var serverBits in bits)
                {
                    foreach (var clientBits in bits)
                    {
                        var answer = new DeflateOffer(server, client, serverBits, clientBits);
                        list.Add($"The answer '{answer}' is taken, and kept.", Compression.Exchange(turn++), Compression.With(answer));
                    }
                }
            }
        }

        for (var i = 0; i < 8; i++)
        {
            var answer = new DeflateOffer(true, true, ServerBits: i == 0 ? null : 8 + i, ClientBits: i < 4 ? null : 8 + i);
            list.Add(
                $"A client without takeover takes '{answer}', and keeps it.",
                Compression.Exchange(i), Compression.With(answer, Setting.Shared));
        }

        foreach (var answer in (DeflateOffer[])
            [new(ServerBits: 10), new(ServerBits: 9, ClientBits: 9), new(true, true, 10, 10), new(ServerBits: 10, ClientBits: 15)])
        {
            list.Add(
                $"A client with windows of 1024 bytes takes '{answer}', and keeps it.",
                Compression.Exchange(turn++), Compression.With(answer, Setting.Narrow));
        }

        list.Add(
            "The answer 'permessage-deflate; server_max_window_bits=8' is taken.",
            Compression.Exchange(0), Compression.With(new DeflateOffer(ServerBits: 8)));
        list.AddForOurs(
            "At the answer 'permessage-deflate; client_max_window_bits=8' it sends without compression.",
            new Script().Then(async peer =>
            {
                var message = Frame.Text(Payload.Text(4096));
                await peer.SendAsync(message);
                if ((await peer.HearMessageAsync(message.Opcode, message.Payload)).CompressedTo is not null)
                {
                    throw new CaseFailedException("a compressed message");
                }
            }).Close(),
            Compression.With(new DeflateOffer(ClientBits: 8)));
    }

    private static void AddNotTaken(CaseList list)
    {
        foreach (var answer in (string[])
            [
                "unknown", "unknown=1", "server_no_context_takeover; server_no_context_takeover",
                "client_no_context_takeover; client_no_context_takeover",
                "server_max_window_bits=10; server_max_window_bits=10", "client_max_window_bits=10; client_max_window_bits=11",
                "server_no_context_takeover=1", "client_no_context_takeover=true", "server_max_window_bits", "client_max_window_bits",
                "server_max_window_bits=0", "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=08",
                "server_max_window_bits=ten",
                "server_max_window_bits=", "server_max_window_bits=\"\"", "server_max_window_bits=+10",
                "server_max_window_bits=99999999999999999999",
                "client_max_window_bits=0", "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=08",
                "client_max_window_bits=ten",
                "client_max_window_bits=", "client_max_window_bits=\"16\"", "client_max_window_bits=99999999999999999999",
            ])
        {
            Fails(list, $"permessage-deflate; {answer}", Setting.Dedicated);
        }

        foreach (var answer in (string[])
            [
                "permessage-deflate, permessage-deflate", "permessage-deflate, x-unknown", "x-unknown", "permessage-bzip2",
                "x-webkit-deflate-frame", "permessage-deflate;", "permessage-deflate; ;",
            ])
        {
            Fails(list, answer, Setting.Dedicated);
        }

        // What the offer asks for, the answer must agree to.
        Fails(list, "permessage-deflate", Setting.Shared);
        Fails(list, "permessage-deflate; client_no_context_takeover", Setting.Shared);
        Fails(list, "permessage-deflate", Setting.Narrow);
        Fails(list, "permessage-deflate; server_max_window_bits=11", Setting.Narrow);
        Fails(list, "permessage-deflate", Setting.Plain);
        Fails(list, "permessage-deflate; client_max_window_bits=10", Setting.Plain);
        foreach (var answer in (string[])
            [
                "permessage-deflate; server_max_window_bits=\"10\"", "permessage-deflate; client_max_window_bits=\"10\"",
                "permessage-deflate ; server_max_window_bits = 10",
            ])
        {
            list.Add(
                $"The answer '{answer}' is taken.",
                peer => OpenAsync(peer, Setting.Dedicated, answer), opening: Greeting(Setting.Dedicated));
        }
    }

    private static void AddOffers(CaseList list)
    {
        Offers(list, "A client with compression offers it, and lets its window be told", Setting.Dedicated, "client_max_window_bits", isThere: true);
        Offers(list, "A client without takeover asks the server for none", Setting.Shared, "server_no_context_takeover", isThere: true);
        Offers(list, "A client with takeover does not ask for none", Setting.Dedicated, "server_no_context_takeover", isThere: false);
        Offers(list, "A client with windows of 1024 bytes asks for them", Setting.Narrow, "server_max_window_bits", isThere: true);
        list.Add("A client without compression offers none.", async peer =>
        {
            var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting(Setting.Plain));
            line.Dispose();
            Judge(request.Find("Sec-WebSocket-Extensions") is null, "an offer");
        }, opening: Greeting(Setting.Plain), isForOurs: true);
        list.Add(
            "A client whose offer is declined sends without compression.",
            peer => OpenAsync(peer, Setting.Dedicated, answer: null),
            opening: Greeting(Setting.Dedicated));
    }

    private static void Fails(CaseList list, string agreed, Setting setting) => list.Add(
        $"The answer '{agreed}' to a client with the setting {setting} fails the connection.",
        async peer =>
        {
            var (line, request) = await ReceiveAsync(peer, setting);
            using (line)
            {
                var answer = new Answer(request);
                answer.Add($"Sec-WebSocket-Extensions: {agreed}");
                await line.SendAsync(answer.ToBytes());
                Judge(!await line.TryReadAsync(new byte[1], "the end of the connection"), "the client has taken the answer, and sends");
            }
        },
        opening: Greeting(setting),
        isForOurs: setting != Setting.Dedicated);

    private static void Offers(CaseList list, string sentence, Setting setting, string parameter, bool isThere) => list.Add(
        $"{sentence}.",
        async peer =>
        {
            var (line, request) = await ReceiveAsync(peer, setting);
            line.Dispose();
            var offer = request.Find("Sec-WebSocket-Extensions")!;
            Judge(Extension.Parse(offer)[0].Parameters.Any(found => found.Key == parameter) == isThere, offer);
        },
        opening: Greeting(setting),
        isForOurs: true);

    private static async Task OpenAsync(IPeer peer, Setting setting, string? answer)
    {
        var (line, request) = await ReceiveAsync(peer, setting);
        using var conversation = new Conversation(line, Role.Client, answer is null ? null : Agreement.Read(answer));
        var head = new Answer(request);
        if (answer is not null)
        {
            head.Add($"Sec-WebSocket-Extensions: {answer}");
        }

        await line.SendAsync(head.ToBytes());
        if (peer.Traits.IsOurs)
        {
            await conversation.HearMessageAsync(Hello.Opcode, Hello.Payload);
        }

        await conversation.SendAsync(Hello);
        await conversation.HearMessageAsync(Hello.Opcode, Hello.Payload);
        await conversation.CloseInOrderAsync();
    }

    // A client that offers nothing must not be found to refuse what is wrong.
    private static async Task<(Line Line, Head Request)> ReceiveAsync(IPeer peer, Setting setting)
    {
        var (line, request) = await ((ClientPeer)peer).ReceiveAsync(Greeting(setting));
        if (setting != Setting.Plain && request.Find("Sec-WebSocket-Extensions")?.Contains(Agreement.Name, StringComparison.Ordinal) != true)
        {
            line.Dispose();
            throw new NotOfferedException("offers no permessage-deflate");
        }

        return (line, request);
    }

    private static Opening Greeting(Setting setting) => Opening.Default with { Manner = Manner.Greet, Setting = setting };

    private static void Judge(bool isGood, string seen)
    {
        if (!isGood)
        {
            throw new CaseFailedException(seen);
        }
    }
}
