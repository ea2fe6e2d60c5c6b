using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using Switchboard.Rooms;
using Switchboard.Rooms.WebSockets;
using Switchboard.Server.Configuration;

namespace Switchboard.Server.Endpoints;

/// <summary>Rooms over WebSockets and HTTP, in the plain format: what is published arrives as it is.</summary>
internal static class RoomEndpoints
{
    // More than the tail of a room, and a page of its past, which a newcomer is sent at once.
    private const long BacklogOfMember = 1024 * 1024;

    internal static void MapRooms(this WebApplication app, ServerSettings settings)
    {
        var rooms = app.Services.GetRequiredService<RoomSockets>();
        var options = new ServerWebSocketOptions
        {
            Origins = settings.Origins,
            MaxMessageBytes = rooms.MaxWireMessageBytes,
            MaxBacklogBytes = BacklogOfMember + (2L * rooms.MaxWireMessageBytes),
            Subprotocols = [RoomSockets.Subprotocol],
            OnHandshake = static (request, _) => new(Decide(request)),
        };
        app.MapWebSockets("/rooms", AcceptAsync, options);
        app.MapWebSockets("/rooms/{room}", AcceptAsync, options);

        async Task AcceptAsync(ServerWebSocket socket, WebSocketRequest request)
        {
            if (RoomVisit.TryParse(request, out var visit, out _))
            {
                var identity = RoomIdentity.Anonymous(visit.Name ?? $"guest-{socket.Id}");
                await rooms.AcceptAsync(socket, identity, visit.Room, visit.Request, visit.WantsEcho);
            }
        }

        app.MapGet("/rooms", () => new RoomListBody(
            [.. rooms.Directory.List().Select(room => new RoomBody(room.Name.ToString(), room.MemberCount)).OrderBy(room => room.Name, StringComparer.Ordinal)]));
        app.MapGet("/rooms/{room}/members", (HttpContext context, CancellationToken cancellationToken) => ListMembersAsync(context, rooms.Directory, cancellationToken));
        app.MapPost("/rooms/{room}/messages", (HttpContext context, CancellationToken cancellationToken) =>
            PublishAsync(context, rooms.Directory, settings, cancellationToken));
    }

    private static HandshakeDecision Decide(WebSocketRequest request)
    {
        if (!RoomVisit.TryParse(request, out var visit, out var problem))
        {
            return HandshakeDecision.Refuse(400, problem);
        }

        return visit.Room is null && !request.Subprotocols.Contains(RoomSockets.Subprotocol)
            ? HandshakeDecision.Refuse(400, $"At /rooms the subprotocol {RoomSockets.Subprotocol} is spoken; in the plain format a URL is one room: /rooms/lobby.")
            : HandshakeDecision.Accept;
    }

    private static async Task<IResult> ListMembersAsync(HttpContext context, RoomDirectory rooms, CancellationToken cancellationToken)
    {
        if (!RoomAddress.TryRead(context, out var name, out var problem))
        {
            return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        }

        var page = await rooms.MembersAsync(name, 1_000, cancellationToken);
        return Results.Ok(new MemberListBody(name.ToString(), page.Count, [.. page.Members.Select(member => new MemberBody(member.Name, member.JoinedAt))]));
    }

    internal static async Task<IResult> PublishAsync(
        HttpContext context, RoomDirectory rooms, ServerSettings settings, CancellationToken cancellationToken)
    {
        // A page of another site can post here as well as it can open a socket, and gets the same answer.
        var headers = context.Request.Headers;
        if (!settings.Origins.Allows(headers.Origin.Count > 0 ? headers.Origin.ToString() : null, headers.Host.ToString()))
        {
            return Results.Problem("Pages from this origin may not publish here.", statusCode: StatusCodes.Status403Forbidden);
        }

        if (!RoomAddress.TryRead(context, out var name, out var problem))
        {
            return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        }

        string? sender = context.Request.Query["as"];
        if (sender is not null && !DisplayName.IsValid(sender, out var flaw))
        {
            return Results.Problem(flaw, statusCode: StatusCodes.Status400BadRequest);
        }

        var maxBytes = settings.Rules.For(name).MaxMessageBytes;
        if (context.Request.ContentLength > maxBytes
            || await ReadBodyAsync(context.Request.BodyReader, maxBytes, cancellationToken) is not { } body)
        {
            return Results.Problem(
                $"A message has at most {maxBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        var kind = IsBinary(context.Request.ContentType) ? RoomMessageKind.Binary : RoomMessageKind.Text;
        if (kind == RoomMessageKind.Text && !Utf8.IsValid(body))
        {
            return Results.Problem(
                "A text message must be UTF-8; send bytes as application/octet-stream.", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            var entry = new LogEntry { Payload = body, Kind = kind, Sender = sender, Publisher = sender ?? "", At = TimeProvider.System.GetUtcNow() };
            var place = await rooms.PublishAsync(name, entry, cancellationToken);
            return Results.Created((string?)null, new PublishedBody(name.ToString(), place.Sequence, place.At));
        }
        catch (RefusedException refused)
        {
            context.Response.Headers.RetryAfter = "1";
            return Results.Problem(refused.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <returns>Null if there is more than the limit: the rest is not read.</returns>
    private static async Task<byte[]?> ReadBodyAsync(PipeReader reader, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var isTooLong = read.Buffer.Length > limit;
            if (isTooLong || read.IsCompleted)
            {
                var body = isTooLong ? null : read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    // Whoever says nothing of the type, or is curl with its form, means text.
    private static bool IsBinary(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType == "application/octet-stream" || type.Type == "image" || type.Type == "audio" || type.Type == "video");
}
