using System.Net.Sockets;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Driving;

/// <summary>A server, which we are the client of.</summary>
/// <param name="traits">What is known of it.</param>
/// <param name="address">Where it is, for a manner and a setting.</param>
internal sealed class ServerPeer(PeerTraits traits, Func<Opening, Uri> address) : IPeer
{
    public Role Role => Role.Server;

    public PeerTraits Traits => traits;

    internal Uri Address(Opening opening) => address(opening);

    internal async Task<Line> ConnectAsync(Opening opening)
    {
        var url = address(opening);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var deadline = new CancellationTokenSource(Line.Patience);
            await socket.ConnectAsync(url.DnsSafeHost, url.Port, deadline.Token);
            return new Line(socket);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new CaseFailedException($"cannot connect to {url.Host}:{url.Port}: {e.Message}");
        }
    }

    public async Task<Conversation> OpenAsync(Opening opening)
    {
        var line = await ConnectAsync(opening);
        try
        {
            return await OpenAsync(line, opening);
        }
        catch
        {
            line.Dispose();
            throw;
        }
    }

    private async Task<Conversation> OpenAsync(Line line, Opening opening)
    {
        var request = new Request(address(opening)) { Extensions = opening.Compression?.ToString() };
        await line.SendAsync(request.ToBytes());
        var answer = await request.ReadAnswerAsync(line);
        if (opening.Compression is null)
        {
            return new Conversation(line, Role.Server);
        }

        if (answer.Find("Sec-WebSocket-Extensions") is not { } agreed)
        {
            throw new NotOfferedException($"declines '{opening.Compression}'");
        }

        var agreement = Agreement.Read(agreed);
        agreement.HoldAgainst(opening.Compression);
        return new Conversation(line, Role.Server, agreement);
    }
}
