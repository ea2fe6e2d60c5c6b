using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Deflate;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 13: compressed messages, and what must not be one.</summary>
internal static class CompressedMessages
{
    private const int Mega = 1024 * 1024;
    private static readonly Frame Hello = Frame.Text("hello, hello, hello");

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "RFC 7692 §7.2");
        AddSizes(list);
        list.Section(2, "RFC 7692 §7.2.3");
        AddStyles(list);
        list.Section(3, "RFC 7692 §6.1");
        AddFragments(list);
        list.Section(4, "RFC 7692 §6");
        AddPlain(list);
        list.Section(5, "RFC 7692 §7.2.3.6");
        AddEmpty(list);
        list.Section(6, "RFC 7692 §6");
        AddReservedBits(list);
        list.Section(7, "RFC 7692 §7.2.2");
        AddBadData(list);
        list.Section(8, "§8.1");
        AddBadText(list);
        list.Section(9, "§10.4");
        AddBombs(list);
        list.Section(10, "RFC 7692 §7.2");
        AddLarge(list);
        list.Section(11, "RFC 7692 §7.2.1");
        AddPromises(list);
    }

    private static void AddSizes(CaseList list)
    {
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested))
        {
            foreach (var (content, of) in Compression.Contents)
            {
                foreach (var size in Compression.Sizes)
                {
                    var message = of(size);
                    list.Add(
                        $"Three times {size} bytes of {content}, {parameters}, come back.",
                        new Script()
                            .EchoCompressed(message, BlockStyle.Dynamic).EchoCompressed(message, BlockStyle.Fixed).EchoCompressed(message, BlockStyle.Several).Close(),
                        opening);
                }
            }
        }
    }

    private static void AddStyles(CaseList list)
    {
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested))
        {
            foreach (var style in Compression.Styles)
            {
                foreach (var size in (int[])[1, 1000, 70000])
                {
                    var message = Frame.Text(Payload.Json(size));
                    list.Add(
                        $"{size} bytes in blocks of the style {style}, {parameters}, come back, and what comes behind too.",
                        new Script()
                            .EchoCompressed(message, style)
                            .EchoCompressed(Hello, BlockStyle.Fixed)
                            .EchoCompressed(message, style)
                            .Close(),
                        opening);
                }
            }
        }
    }

    private static void AddFragments(CaseList list)
    {
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested))
        {
            var message = Frame.Text(Payload.Json(3000));
            foreach (var fragment in (int[])[1, 2, 7, 64, 1000])
            {
                list.Add(
                    $"A message in fragments of {fragment} bytes of its compressed form, {parameters}, comes back.",
                    SendFragments(new Script(), message, fragment, ping: null).Hear(message).EchoCompressed(message, BlockStyle.Fixed).Close(),
                    opening);
                list.Add(
                    $"A message in such fragments of {fragment} bytes with pings between, {parameters}, comes back, and the pings are answered.",
                    SendFragments(new Script(), message, fragment, ping: [1, 2]).Then(peer => HearPongsAsync(peer, message, [1, 2])).Close(),
                    opening);
            }

            foreach (var chop in (int[])[1, 7, 997])
            {
                list.Add(
                    $"A compressed message in pieces of {chop} bytes, {parameters}, comes back.",
                    new Script()
                        .Then(peer => peer.SendChoppedAsync(chop, peer.Compress(message, BlockStyle.Several)))
                        .Hear(message)
                        .Close(),
                    opening);
            }

            list.Add(
                $"A compressed message between empty fragments, {parameters}, comes back.",
                new Script().Then(peer =>
                {
                    var whole = peer.Compress(Hello, BlockStyle.Fixed);
                    return peer.SendAsync(
                        whole with { Payload = [], Fin = false }, Frame.Continuation(whole.Payload).Unfinished(), Frame.Continuation([]));
                }).Hear(Hello).Close(),
                opening);
        }
    }

    private static void AddPlain(CaseList list)
    {
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested))
        {
            list.Add(
                $"Plain messages, {parameters}, come back.",
                new Script().Echo(Hello).Echo(Hello).Echo(Frame.Binary(Payload.Bytes(1000))).Close(), opening);
            list.Add(
                $"Plain and compressed messages in turn, {parameters}, come back.",
                new Script()
                    .Echo(Hello)
                    .EchoCompressed(Hello, BlockStyle.Fixed)
                    .Echo(Hello)
                    .EchoCompressed(Hello, BlockStyle.Fixed)
                    .Close(),
                opening);
            list.Add(
                $"A plain message in fragments, {parameters}, comes back.",
                new Script()
                    .Send(Payload.Fragments(Opcode.Text, Hello.Payload[..5], Hello.Payload[5..]))
                    .Hear(Hello)
                    .EchoCompressed(Hello, BlockStyle.Fixed)
                    .Close(),
                opening);
            list.Add(
                $"A ping and a pong, {parameters}, are never compressed.",
                new Script()
                    .Send(Frame.Pong([1]), Frame.Ping(Hello.Payload))
                    .HearPong(Hello.Payload)
                    .EchoCompressed(Hello, BlockStyle.Fixed)
                    .Close(),
                opening);
        }
    }

    private static void AddEmpty(CaseList list)
    {
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested))
        {
            foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
            {
                foreach (var (name, payload) in ((string, byte[])[])
                    [
                        ("one zero byte", [0x00]),
                        ("an empty block of fixed codes", [0x02, 0x00]),
                        ("a final empty block", [0x03, 0x00, 0x00]),
                        ("no byte at all", []),
                    ])
                {
                    var empty = new Frame(opcode, payload) { Reserved = Frame.Rsv1 };
                    list.Add(
                        $"An empty {Opcode.Name(opcode)} message compressed to {name}, {parameters}, comes back empty, and what follows comes back.",
                        new Script()
                            .Send(empty)
                            .Hear(new Frame(opcode, []))
                            .EchoCompressed(Hello, BlockStyle.Fixed)
                            .EchoCompressed(Hello, BlockStyle.Fixed)
                            .Close(),
                        opening);
                }
            }
        }
    }

    private static void AddReservedBits(CaseList list)
    {
        var opening = Compression.Parameters(list.Tested)[0].Opening;
        foreach (var (name, frame) in ((string, Frame)[])
            [("a ping", Frame.Ping([1])), ("a pong", Frame.Pong([1])), ("a close frame", Frame.Close(1000)), ("an empty ping", Frame.Ping([]))])
        {
            list.Add($"RSV1 on {name} of a compressed connection fails.", new Script().Send(frame with { Reserved = Frame.Rsv1 }).Fails(1002), opening);
        }

        list.Add(
            "RSV1 on a continuation of a compressed message fails.",
            new Script()
                .Then(peer => peer.SendAsync(peer.Compress(Hello, BlockStyle.Fixed).Unfinished(), Frame.Continuation([0]) with { Reserved = Frame.Rsv1 }))
                .Fails(1002),
            opening);
        list.Add(
            "RSV1 on a continuation of a plain message fails.",
            new Script().Send(Hello.Unfinished(), Frame.Continuation([0]) with { Reserved = Frame.Rsv1 }).Fails(1002),
            opening);
        foreach (var bits in (int[])[1, 2, 3, 5, 6, 7])
        {
            list.Add(
                $"Reserved bits {Convert.ToString(bits, 2).PadLeft(3, '0')} on a message fail, though the first is agreed upon.",
                new Script().Then(peer => peer.SendAsync(peer.Compress(Hello, BlockStyle.Fixed) with { Reserved = bits })).Fails(1002),
                opening);
        }
    }

    private static void AddBadData(CaseList list)
    {
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested).Take(2))
        {
            foreach (var (name, payload) in BadData.All)
            {
                var bad = Frame.Binary(payload) with { Reserved = Frame.Rsv1 };
                list.Add($"Data with {name}, {parameters}, fails.", new Script().Send(bad).Fails(1007), opening);
                list.Add(
                    $"Data with {name}, {parameters}, behind a good message fails.",
                    new Script().Echo(Hello).Send(bad).Fails(1007), opening);
            }

            list.Add(
                $"Data that ends within a block, {parameters}, fails.",
                new Script().Send(Frame.Binary(BadData.Cut) with { Reserved = Frame.Rsv1 }).Fails(1007), opening);
        }

        list.Add(
            "A distance into an earlier message fails where no context is taken over.",
            new Script().EchoCompressed(Hello, BlockStyle.Fixed).Then(SendReferenceBackAsync).Fails(1007),
            Compression.With(new DeflateOffer(ServerNoTakeover: true, ClientNoTakeover: true)));
    }

    private static void AddBadText(CaseList list)
    {
        var opening = Compression.Parameters(list.Tested)[0].Opening;
        foreach (var (name, bytes) in Utf8Samples.Invalid.Where((_, index) => index % 4 == 0).Concat(Utf8Samples.Cut))
        {
            var text = Frame.Text([.. "good "u8, .. bytes]);
            list.Add($"A compressed text with {name} fails.", new Script().SendCompressed(text, BlockStyle.Fixed).Fails(1007), opening);
        }

        foreach (var (name, bytes) in Utf8Samples.Invalid.Where((_, index) => index % 4 == 0))
        {
            var known = bytes[..Utf8Prefix.LengthToFailure(bytes)];
            list.Add(
                $"A compressed text with {name} fails in its first fragment, while the message's end is held back.",
                new Script()
                    .Then(peer => peer.SendAsync(peer.Compress(Frame.Text([.. "good "u8, .. known]), BlockStyle.Stored).Unfinished()))
                    .Fails(1007),
                opening);
        }

        list.Add(
            "In a compressed binary message what is not UTF-8 comes back.",
            new Script().EchoCompressed(Frame.Binary([0xFF, 0xFE, 0x80]), BlockStyle.Fixed).Close(),
            opening);
    }

    private static void AddBombs(CaseList list)
    {
        var opening = Compression.Parameters(list.Tested)[1].Opening;
        list.Add("A message that inflates to more than the limit fails.", peer => BombAsync(peer, opening, heldBack: 0), isHeavy: true);
        list.Add(
            "A message that inflates to more than the limit fails before its end has come.",
            peer => BombAsync(peer, opening, heldBack: 1000), isHeavy: true);
        list.Add(
            "Fragments that inflate to more than the limit fail before their end has come.",
            peer => BombAsync(peer, opening, heldBack: 1000, fragment: 1000), isHeavy: true);
        list.Add("A message that inflates to the limit comes back.", async peer =>
        {
            var message = Frame.Binary(new byte[peer.Traits.MaxMessageBytes ?? throw new NotOfferedException("its limit is not known")]);
            using var conversation = await peer.OpenAsync(opening);
            await conversation.SendAsync(conversation.Compress(message, BlockStyle.Dynamic));
            await conversation.HearMessageAsync(message.Opcode, message.Payload);
            await conversation.CloseInOrderAsync();
        }, isHeavy: true);
    }

    private static void AddLarge(CaseList list)
    {
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested).Take(2))
        {
            foreach (var (content, of) in Compression.Contents)
            {
                foreach (var size in (int[])[Mega, 4 * Mega])
                {
                    list.AddHeavy(
                        $"{size / Mega} MiB of {content}, {parameters}, come back.",
                        new Script().Then(async peer =>
                        {
                            var message = of(size);
                            await peer.SendAsync(peer.Compress(message, BlockStyle.Dynamic));
                            await peer.HearMessageAsync(message.Opcode, message.Payload);
                        }).Close(),
                        opening);
                }
            }
        }
    }

    // RFC 7692 leaves to an endpoint what it compresses. Ours are told to compress everything.
    private static void AddPromises(CaseList list)
    {
        var text = Frame.Text(Payload.Text(4096));
        foreach (var (parameters, opening) in Compression.Parameters(list.Tested))
        {
            list.AddForOurs(
                $"Text of 4096 bytes, {parameters}, comes back in less than 1500.",
                new Script().SendCompressed(text, BlockStyle.Fixed).Then(peer => HearWithinAsync(peer, text, 1499)).Close(),
                opening);
        }

        list.AddForOurs(
            "Text of 4096 bytes comes back the second time in less than 200, with takeover.",
            new Script()
                .EchoCompressed(text, BlockStyle.Fixed)
                .SendCompressed(text, BlockStyle.Fixed)
                .Then(peer => HearWithinAsync(peer, text, 199))
                .Close(),
            Compression.Parameters(list.Tested)[0].Opening);
    }

    private static Script SendFragments(Script script, Frame message, int size, byte[]? ping) => script.Then(peer =>
    {
        var whole = peer.Compress(message, BlockStyle.Several);
        var fragments = Payload.Fragments(whole, size).Select((frame, index) => index == 0 ? frame with { Reserved = Frame.Rsv1 } : frame);
        return peer.SendAsync(fragments.SelectMany(
            (frame, index) => ping is not null && index is (1 or 2) ? (Frame[])[Frame.Ping(ping), frame] : [frame]));
    });

    private static async Task HearPongsAsync(Conversation peer, Frame message, byte[] ping)
    {
        await peer.HearControlAsync(Opcode.Pong, ping);
        await peer.HearControlAsync(Opcode.Pong, ping);
        await peer.HearMessageAsync(message.Opcode, message.Payload);
    }

    private static Task SendReferenceBackAsync(Conversation peer)
    {
        var isTakenOver = peer.Tested == Role.Server ? peer.Agreement!.Client.TakesOver : peer.Agreement!.Server.TakesOver;
        return isTakenOver
            ? throw new NotOfferedException("does not agree to compress without takeover")
            : peer.SendAsync(Frame.Binary(BadData.ReferenceBack) with { Reserved = Frame.Rsv1 });
    }

    private static async Task BombAsync(IPeer peer, Opening opening, int heldBack, int fragment = 0)
    {
        var limit = peer.Traits.MaxMessageBytes ?? throw new NotOfferedException("its limit is not known");
        using var conversation = await peer.OpenAsync(opening);

        // Zeros become a thousandth: what is held back would be some megabytes more.
        var bomb = conversation.Compress(Frame.Binary(new byte[limit + (4 * Mega)]), BlockStyle.Dynamic);
        if (fragment == 0)
        {
            await conversation.SendAllButAsync(heldBack, bomb);
        }
        else
        {
            var frames = Payload.Fragments(bomb with { Payload = bomb.Payload[..^heldBack] }, fragment).SkipLast(1);
            await conversation.SendAsync(frames.Select((frame, index) => index == 0 ? frame with { Reserved = Frame.Rsv1 } : frame));
        }

        await conversation.HearEndAsync(1009);
    }

    private static async Task HearWithinAsync(Conversation peer, Frame message, int size)
    {
        var heard = await peer.HearMessageAsync(message.Opcode, message.Payload);
        if (heard.CompressedTo is null || heard.CompressedTo > size)
        {
            throw new CaseFailedException(heard.CompressedTo is { } compressed ? $"{compressed} bytes" : "a message that is not compressed");
        }
    }
}
