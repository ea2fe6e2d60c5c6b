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
    // Beside the history, which a newcomer is sent at once.
    private const long BacklogForLiveMessages = 512 * 1024;

    internal static void MapRooms(this WebApplication app, ServerSettings settings)
    {
        var rooms = app.Services.GetRequiredService<RoomSockets>();
        app.MapWebSockets(
            "/rooms/{room}",
            (socket, request) =>
            {
                if (RoomVisit.TryParse(request, out var visit, out _))
                {
                    rooms.Join(socket, visit.Room, visit.Name ?? $"guest-{socket.Id}", visit.Last, visit.WantsEcho);
                }
            },
            new ServerWebSocketOptions
            {
                Origins = settings.Origins,
                MaxMessageBytes = settings.Rooms.MaxMessageBytes,
                MaxBacklogBytes = BacklogForLiveMessages + settings.Rooms.MaxHistoryBytes,
                OnHandshake = static (request, _) => new(RoomVisit.TryParse(request, out var _, out var problem)
                    ? HandshakeDecision.Accept
                    : HandshakeDecision.Refuse(400, problem)),
            });

        app.MapGet("/rooms", () => new RoomListBody(
            [.. rooms.Directory.List().Select(room => new RoomBody(room.Name.ToString(), room.MemberCount)).OrderBy(room => room.Name, StringComparer.Ordinal)]));
        app.MapGet("/rooms/{room}/members", (HttpContext context) => ListMembers(context, rooms.Directory));
        app.MapPost("/rooms/{room}/messages", (HttpContext context, CancellationToken cancellationToken) =>
            PublishAsync(context, rooms.Directory, settings, cancellationToken));
    }

    private static IResult ListMembers(HttpContext context, RoomDirectory rooms)
    {
        if (!RoomAddress.TryRead(context, out var name, out var problem))
        {
            return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        }

        var members = rooms.TryGet(name, out var room) ? room.Members() : [];
        return Results.Ok(new MemberListBody(
            name.ToString(), members.Count, [.. members.Select(member => new MemberBody(member.Name, member.JoinedAt ?? default))]));
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

        if (context.Request.ContentLength > settings.Rooms.MaxMessageBytes
            || await ReadBodyAsync(context.Request.BodyReader, settings.Rooms.MaxMessageBytes, cancellationToken) is not { } body)
        {
            return Results.Problem(
                $"A message has at most {settings.Rooms.MaxMessageBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        var kind = IsBinary(context.Request.ContentType) ? RoomMessageKind.Binary : RoomMessageKind.Text;
        if (kind == RoomMessageKind.Text && !Utf8.IsValid(body))
        {
            return Results.Problem(
                "A text message must be UTF-8; send bytes as application/octet-stream.", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            var message = rooms.Publish(name, body, kind, sender);
            return Results.Created((string?)null, new PublishedBody(name.ToString(), message.Sequence, message.At));
        }
        catch (RoomBusyException busy)
        {
            context.Response.Headers.RetryAfter = "1";
            return Results.Problem(busy.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
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
