using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>Group 12 for servers: which offers of compression are agreed to, and that the agreement is kept.</summary>
internal static class ServerAgreements
{
    private const string Plain = Agreement.Name;

    internal static void AddTo(CaseList list)
    {
        list.Section(1, "RFC 7692 §7.1");
        AddCombinations(list);
        list.Section(2, "RFC 7692 §7.1");
        AddDeclined(list);
        list.Section(3, "RFC 7692 §5.1");
        AddFallbacks(list);
        list.Section(4, "RFC 7692 §7.1");
        AddSettings(list);
    }

    private static void AddCombinations(CaseList list)
    {
        var turn = 0;
        foreach (var server in (bool[])[false, true])
        {
            foreach (var client in (bool[])[false, true])
            {
                foreach (var serverBits in (int?[])[null, 9, 10, 11, 12, 13, 14, 15])
                {
                    foreach (var clientBits in (int?[])[null, 0, 9, 10, 11, 12, 13, 14, 15])
                    {
                        var offer = new DeflateOffer(server, client, serverBits, clientBits);
                        list.Add($"The offer '{offer}' is agreed to, and kept.", Compression.Exchange(turn++), Compression.With(offer));
                    }
                }
            }
        }

        foreach (var offer in (DeflateOffer[])
            [
                new(), new(ClientBits: 0), new(ServerNoTakeover: true), new(ClientNoTakeover: true), new(true, true), new(true, true, 9, 9),
                new(ServerBits: 12), new(ClientBits: 12),
            ])
        {
            list.Add(
                $"A server without takeover agrees to '{offer}', and keeps it.",
                Compression.Exchange(turn++),
                Compression.With(offer, Setting.Shared));
        }

        foreach (var offer in (DeflateOffer[])
            [
                new(ClientBits: 0), new(true, true, 9, 9), new(ServerBits: 15, ClientBits: 15), new(ServerBits: 10, ClientBits: 10),
                new(ServerNoTakeover: true, ClientBits: 0),
            ])
        {
            list.Add(
                $"A server with windows of 1024 bytes agrees to '{offer}', and keeps it.",
                Compression.Exchange(turn++),
                Compression.With(offer, Setting.Narrow));
        }
    }

    private static void AddDeclined(CaseList list)
    {
        foreach (var parameters in (string[])
            [
                "unknown", "unknown=1", "server_no_context_takeover; unknown",
                "server_no_context_takeover; server_no_context_takeover", "client_no_context_takeover; client_no_context_takeover",
                "server_max_window_bits=10; server_max_window_bits=10", "client_max_window_bits; client_max_window_bits",
                "client_max_window_bits=10; client_max_window_bits=11",
                "server_no_context_takeover=1", "server_no_context_takeover=true", "client_no_context_takeover=1",
                "client_no_context_takeover=\"\\1\"",
                "server_max_window_bits", "server_max_window_bits=0", "server_max_window_bits=7", "server_max_window_bits=16",
                "server_max_window_bits=08", "server_max_window_bits=010", "server_max_window_bits=+10", "server_max_window_bits=-1",
                "server_max_window_bits=ten",
                "server_max_window_bits=10.0", "server_max_window_bits=0x0A", "server_max_window_bits=99999999999999999999",
                "server_max_window_bits=\"7\"",
                "client_max_window_bits=0", "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=08",
                "client_max_window_bits=+10", "client_max_window_bits=ten", "client_max_window_bits=99999999999999999999",
                "client_max_window_bits=\"16\"",
                "Server_max_window_bits=10; unknown", "__proto__", "constructor=1",
            ])
        {
            list.Add($"The offer 'permessage-deflate; {parameters}' is declined.", async peer =>
            {
                await RequireAsync(peer);
                var agreed = await OfferAsync(peer, Opening.Default, $"{Plain}; {parameters}");
                Judge(agreed is null, agreed);
            });
        }

        foreach (var parameters in (string[])["server_max_window_bits=", "server_max_window_bits=\"\"", "client_max_window_bits="])
        {
            list.Add($"The offer 'permessage-deflate; {parameters}' is refused or declined.", async peer =>
            {
                await RequireAsync(peer);
                var (status, agreed) = await AskAsync(peer, Opening.Default, $"{Plain}; {parameters}");
                Judge(status == 400 || agreed is null, agreed);
            });
        }

        foreach (var parameters in (string[])["server_max_window_bits=\"10\"", "client_max_window_bits=\"10\"", "server_max_window_bits = 10"])
        {
            list.Add($"The offer 'permessage-deflate; {parameters}' is agreed to.", async peer =>
            {
                await RequireAsync(peer);
                var agreed = await OfferAsync(peer, Opening.Default, $"{Plain}; {parameters}");
                Judge(agreed is not null, "nothing");
                Judge(parameters.StartsWith("client", StringComparison.Ordinal) || Agreement.Read(agreed!).Server.WindowBits <= 10, agreed);
            });
        }

        list.Add("The offer 'permessage-deflate; server_max_window_bits=8' is declined.", async peer =>
        {
            await RequireAsync(peer);
            var agreed = await OfferAsync(peer, Dedicated, $"{Plain}; server_max_window_bits=8");
            Judge(agreed is null, agreed);
        }, isForOurs: true);
    }

    private static void AddFallbacks(CaseList list)
    {
        // Each offer that is taken has a window of its own, by which it is known.
        foreach (var (offers, bits) in ((string, int)[])
            [
                ($"x-unknown, {Plain}; server_max_window_bits=11", 11),
                ($"{Plain}; unknown, {Plain}; server_max_window_bits=11", 11),
                ($"{Plain}; server_max_window_bits=7, {Plain}; server_max_window_bits=11", 11),
                ($"{Plain}; server_max_window_bits=16, {Plain}; server_max_window_bits=11", 11),
                ($"{Plain}; client_max_window_bits=7, {Plain}; server_max_window_bits=11", 11),
                ($"{Plain}; server_max_window_bits=7, x-unknown, {Plain}; unknown, {Plain}; server_max_window_bits=11", 11),
                ($"{Plain}; server_max_window_bits=10, {Plain}; server_max_window_bits=11", 10),
                ($"{Plain}; server_max_window_bits=11, {Plain}", 11),
                ($"{Plain};server_max_window_bits=11,{Plain}", 11),
                ($"{Plain} ; server_max_window_bits=11 , {Plain}", 11),
            ])
        {
            list.Add($"Of '{offers}' the first good offer is taken.", async peer =>
            {
                await RequireAsync(peer);
                var agreed = await OfferAsync(peer, Opening.Default, offers);
                Judge(agreed is not null && Agreement.Read(agreed).Server.WindowBits <= bits, agreed ?? "nothing");
            });
        }

        list.Add("Of two header lines the first good offer is taken.", async peer =>
        {
            await RequireAsync(peer);
            var agreed = await OfferAsync(peer, Opening.Default, $"x-unknown\r\nSec-WebSocket-Extensions: {Plain}; server_max_window_bits=11");
            Judge(agreed is not null && Agreement.Read(agreed).Server.WindowBits <= 11, agreed ?? "nothing");
        });
        list.Add("Of an offer with a window of 256 bytes and one without the second is taken.", async peer =>
        {
            var agreed = await OfferAsync(peer, Dedicated, $"{Plain}; server_max_window_bits=8, {Plain}");
            Judge(agreed is not null && Agreement.Read(agreed).Server.WindowBits == 15, agreed ?? "nothing");
        }, isForOurs: true);
        list.Add("No offer is answered with none.", async peer =>
        {
            var agreed = await OfferAsync(peer, Opening.Default, "x-unknown");
            Judge(agreed is null, agreed);
        });
    }

    private static void AddSettings(CaseList list)
    {
        list.Add("A server without takeover says so, for both sides.", async peer =>
        {
            var agreed = await OfferAsync(peer, Dedicated with { Setting = Setting.Shared }, Plain);
            Judge(agreed is not null && Agreement.Read(agreed) is { Server.TakesOver: false, Client.TakesOver: false }, agreed ?? "nothing");
        }, isForOurs: true);
        list.Add("A server with takeover lets both sides do it.", async peer =>
        {
            var agreed = await OfferAsync(peer, Dedicated, Plain);
            Judge(agreed is not null && Agreement.Read(agreed) is { Server.TakesOver: true, Client.TakesOver: true }, agreed ?? "nothing");
        }, isForOurs: true);
        list.Add("A server with windows of 1024 bytes tells the client, if that can be told.", async peer =>
        {
            var agreed = await OfferAsync(peer, Dedicated with { Setting = Setting.Narrow }, $"{Plain}; client_max_window_bits");
            Judge(agreed is not null && Agreement.Read(agreed) is { Client.WindowBits: <= 10 }, agreed ?? "nothing");
        }, isForOurs: true);
    }

    private static Opening Dedicated => Opening.Default with { Setting = Setting.Dedicated };

    // A peer that declines everything must not be found to decline what is wrong.
    private static async Task RequireAsync(IPeer peer)
    {
        if (await OfferAsync(peer, Opening.Default, Plain) is null)
        {
            throw new NotOfferedException($"declines '{Plain}'");
        }
    }

    private static async Task<string?> OfferAsync(IPeer peer, Opening opening, string offers)
    {
        var (status, agreed) = await AskAsync(peer, opening, offers);
        return status == 101 ? agreed : throw new CaseFailedException($"status {status}");
    }

    private static async Task<(int Status, string? Agreed)> AskAsync(IPeer peer, Opening opening, string offers)
    {
        var server = (ServerPeer)peer;
        opening = opening.Setting == Setting.Plain ? Dedicated : opening;
        using var line = await server.ConnectAsync(opening);
        await line.SendAsync(new Request(server.Address(opening)) { Extensions = offers }.ToBytes());
        var answer = await Head.ReadAsync(line, "the answer to the handshake")
            ?? throw new CaseFailedException("the connection ended without an answer");
        return (answer.Status, answer.Find("Sec-WebSocket-Extensions"));
    }

    private static void Judge(bool isGood, string? agreed)
    {
        if (!isGood)
        {
            throw new CaseFailedException($"agrees to '{agreed}'");
        }
    }
}
