using Switchboard.AspNetCore;
using Switchboard.Rooms;
using Switchboard.Rooms.WebSockets;
using Switchboard.Server.Identity;

namespace Switchboard.Server.Endpoints;

/// <summary>Rooms over WebSockets. Who may not come in learns it before the upgrade, as a status of HTTP.</summary>
internal sealed class RoomSocketEndpoint(RoomSockets rooms, OriginPolicy origins, Authenticator authenticator)
{
    // More than the tail of a room, and a page of its past, which a newcomer is sent at once.
    private const long BacklogOfMember = 1024 * 1024;

    /// <summary>How many bytes may wait for one member: what it is sent at once, and the largest messages besides.</summary>
    internal static long MaxBacklogOf(RoomSockets rooms) => BacklogOfMember + (2L * rooms.MaxWireMessageBytes);

    internal ServerWebSocketOptions Options => new()
    {
        Origins = origins,
        MaxMessageBytes = rooms.MaxWireMessageBytes,
        MaxBacklogBytes = MaxBacklogOf(rooms),

        // Alone: a subprotocol bearer.TOKEN is read, and never chosen.
        Subprotocols = [RoomSockets.Subprotocol],
        OnHandshake = DecideAsync,
    };

    internal async Task AcceptAsync(ServerWebSocket socket, WebSocketRequest request)
    {
        if (request.HttpContext.Features.Get<Admission>() is { } admitted)
        {
            var visit = admitted.Visit;
            await rooms.AcceptAsync(socket, admitted.Who.ToIdentity(visit.Name, $"guest-{socket.Id}"), visit.Room, visit.Request, visit.WantsEcho);
        }
    }

    private async ValueTask<HandshakeDecision> DecideAsync(WebSocketRequest request, CancellationToken cancellationToken)
    {
        var http = request.HttpContext;
        var who = await authenticator.AuthenticateAsync(http.Request, cancellationToken);
        if (who.Failure is { } failure)
        {
            return Problem.Of(failure).Refuse(http);
        }

        if (!RoomVisit.TryParse(http, out var visit, out var problem))
        {
            return problem.Refuse(http);
        }

        if (visit.Room is null && !request.Subprotocols.Contains(RoomSockets.Subprotocol))
        {
            return Problem.BadRoom(
                $"At /rooms the subprotocol {RoomSockets.Subprotocol} is spoken; in the plain format a URL is one room: /rooms/lobby.").Refuse(http);
        }

        if (visit.Room is { } room
            && await rooms.Directory.AuthorizeAsync(room, who.ToIdentity(visit.Name ?? "guest"), RoomAction.Read, cancellationToken) is { } refusal)
        {
            return Problem.Of(refusal).Refuse(http);
        }

        http.Features.Set(new Admission(visit, who));
        return HandshakeDecision.Accept;
    }

    /// <summary>What the handshake has found out, for the connection.</summary>
    private sealed record Admission(RoomVisit Visit, AuthenticationResult Who);
}
