using System.Globalization;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 9: large messages, many messages, and what is too large.</summary>
internal static class Limits
{
    private const int Kilo = 1024;
    private const int Mega = 1024 * 1024;

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "§5.2");
        AddWhole(list);
        list.Section(2, "§5.4");
        AddFragmented(list);
        list.Section(3, "§5.2");
        AddChopped(list);
        list.Section(4, "§5.6");
        AddMany(list);
        list.Section(5, "§10.4");
        AddTooLarge(list);
    }

    private static void AddWhole(CaseList list)
    {
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            foreach (var size in (int[])[64 * Kilo, 256 * Kilo, Mega, 4 * Mega, 8 * Mega, 16 * Mega])
            {
                list.AddHeavy(
                    $"A {Opcode.Name(opcode)} message of {Name(size)} comes back.",
                    new Script().Then(peer => EchoAsync(peer, opcode, size, message => peer.SendAsync(message))).Close());
            }
        }
    }

    private static void AddFragmented(CaseList list)
    {
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            foreach (var (size, fragments) in ((int, int[])[])
                [
                    (Mega, [64, 256, Kilo, 4 * Kilo, 16 * Kilo, 64 * Kilo, 256 * Kilo]),
                    (4 * Mega, [64, 256, Kilo, 4 * Kilo, 16 * Kilo, 64 * Kilo, 256 * Kilo, Mega]),
                    (16 * Mega, [64, 256, Kilo, 4 * Kilo, 16 * Kilo, 64 * Kilo, 256 * Kilo, Mega, 4 * Mega]),
                ])
            {
                foreach (var fragment in fragments)
                {
                    list.AddHeavy(
                        $"A {Opcode.Name(opcode)} message of {Name(size)} in fragments of {Name(fragment)} comes back.",
                        new Script()
                            .Then(peer => EchoAsync(peer, opcode, size, message => peer.SendAsync(Payload.Fragments(message, fragment))))
                            .Close());
                }
            }
        }
    }

    private static void AddChopped(CaseList list)
    {
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            foreach (var chop in (int[])[64, 128, 256, 512, Kilo, 2 * Kilo, 64 * Kilo])
            {
                list.AddHeavy(
                    $"A {Opcode.Name(opcode)} message of {Name(Mega)} in pieces of {Name(chop)} comes back.",
                    new Script().Then(peer => EchoAsync(peer, opcode, Mega, message => peer.SendChoppedAsync(chop, message))).Close());
            }
        }
    }

    private static void AddMany(CaseList list)
    {
        foreach (var opcode in (int[])[Opcode.Text, Opcode.Binary])
        {
            foreach (var size in (int[])[0, 16, 64, 256, Kilo, 4 * Kilo, 16 * Kilo])
            {
                var message = Payload.Message(opcode, size);
                list.Add(
                    $"500 {Opcode.Name(opcode)} messages of {Name(size)} come back, each before the next is sent.",
                    Enumerable.Range(0, 500).Aggregate(new Script(), (script, _) => script.Echo(message)).Close());
            }
        }
    }

    private static void AddTooLarge(CaseList list)
    {
        list.Add("A message that is too large is refused by its header.", peer => WithLimitAsync(peer, (conversation, limit) =>
            conversation.SendAsync(Announce(Opcode.Binary, limit + 1))));
        list.Add("A text that is too large is refused by its header.", peer => WithLimitAsync(peer, (conversation, limit) =>
            conversation.SendAsync(Announce(Opcode.Text, limit + 1))));
        list.Add("A message that one fragment makes too large is refused by that fragment's header.", peer => WithLimitAsync(peer, (conversation, limit) =>
            conversation.SendAsync(Frame.Binary(Payload.Bytes(1000)).Unfinished(), Announce(Opcode.Continuation, limit - 999))));
        list.Add("A message that many fragments make too large is refused at the limit.", async peer =>
        {
            // What is sent for nothing must have an end: nobody's limit is known here but ours.
            var limit = peer.Traits.MaxMessageBytes ?? throw new NotOfferedException("its limit is not known");
            using var conversation = await peer.OpenAsync(Opening.Default);
            var fragment = new byte[Mega];
            await conversation.SendAsync(Frame.Binary(fragment).Unfinished());
            for (var sent = Mega; sent + Mega <= limit; sent += Mega)
            {
                await conversation.SendAsync(Frame.Continuation(fragment).Unfinished());
            }

            await conversation.SendAsync(Announce(Opcode.Continuation, Mega).Unfinished());
            await conversation.HearEndAsync(1009);
        }, isHeavy: true);
        list.Add("A message of exactly the limit comes back.", async peer =>
        {
            var limit = peer.Traits.MaxMessageBytes ?? throw new NotOfferedException("its limit is not known");
            using var conversation = await peer.OpenAsync(Opening.Default);
            await EchoAsync(conversation, Opcode.Binary, limit, message => conversation.SendAsync(message));
            await conversation.CloseInOrderAsync();
        }, isHeavy: true);
    }

    private static async Task EchoAsync(Conversation peer, int opcode, int size, Func<Frame, Task> send)
    {
        var message = Payload.Message(opcode, size);
        await send(message);
        await peer.HearMessageAsync(opcode, message.Payload);
    }

    // Who has told no limit has one below a gigabyte, or none at all.
    private static async Task WithLimitAsync(IPeer peer, Func<Conversation, long, Task> exceed)
    {
        using var conversation = await peer.OpenAsync(Opening.Default);
        await exceed(conversation, peer.Traits.MaxMessageBytes ?? 1024L * Mega);
        await conversation.HearEndAsync(1009);
    }

    private static Frame Announce(int opcode, long length) => new(opcode, []) { Announced = (ulong)length };

    private static string Name(int bytes) => bytes switch
    {
        >= Mega when bytes % Mega == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega} MiB"),
        >= Kilo when bytes % Kilo == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kilo} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };
}
