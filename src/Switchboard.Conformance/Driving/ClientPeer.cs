using System.Net;
using System.Net.Sockets;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Driving;

/// <summary>A client, which we are the server of: a process that connects where it is told to.</summary>
internal sealed class ClientPeer(PeerTraits traits, ChildProcess process) : IPeer
{
    public Role Role => Role.Client;

    public PeerTraits Traits => traits;

    /// <summary>Lets the client connect, and reads its request.</summary>
    internal async Task<(Line Line, Head Request)> ReceiveAsync(Opening opening, string subprotocols = "")
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var offers = subprotocols.Length > 0 ? $"&subprotocols={subprotocols}" : "";
        await process.TellAsync($"ws://{listener.LocalEndpoint}/?manner={opening.Manner}&setting={opening.Setting}{offers}");

        using var deadline = new CancellationTokenSource(Line.Patience);
        Line line;
        try
        {
            line = new Line(await listener.AcceptSocketAsync(deadline.Token));
        }
        catch (OperationCanceledException)
        {
            throw new CaseFailedException("the client has not connected") { IsSilence = true };
        }

        return (line, await Head.ReadAsync(line, "the opening request") ?? throw new CaseFailedException("no opening request"));
    }

    public async Task<Conversation> OpenAsync(Opening opening)
    {
        var (line, request) = await ReceiveAsync(opening);
        try
        {
            var answer = new Answer(request);
            var agreement = opening.Compression is null ? null : Agree(answer, request, opening.Compression);
            await line.SendAsync(answer.ToBytes());
            return new Conversation(line, Role.Client, agreement);
        }
        catch
        {
            line.Dispose();
            throw;
        }
    }

    private static Agreement Agree(Answer answer, Head request, DeflateOffer compression)
    {
        var offers = request.Find("Sec-WebSocket-Extensions");
        var offer = offers is null ? null : Extension.Parse(offers).FirstOrDefault(extension => extension.Name == Agreement.Name);
        if (offer is null)
        {
            throw new NotOfferedException("offers no permessage-deflate");
        }

        // RFC 7692 §7.1.2.2: only a client that has offered it can be told the size of its window.
        if (compression.ClientBits is not null && !offer.Parameters.Any(parameter => parameter.Key == Agreement.ClientBits))
        {
            throw new NotOfferedException("does not offer client_max_window_bits");
        }

        answer.Add($"Sec-WebSocket-Extensions: {compression}");
        return Agreement.Read(compression.ToString());
    }
}
